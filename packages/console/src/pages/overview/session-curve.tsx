/** Live sessions over the last day as a line, with the same numbers as a table for whoever does not see it. */
import { type Overview, SAMPLES_SHOWN_MS } from "@deskgate/contract";
import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useState } from "react";
import { useNow } from "../../parts/use-now.ts";
import { locale } from "../../text/language.ts";
import { overviewText } from "../../text/overview.ts";
import { spellMoment, spellNumber } from "../../text/quantities.ts";
import {
  type CurveFrame,
  curvePath,
  gridValues,
  hourMarks,
  nearestSample,
  placeOf,
  type Sample,
} from "./curve-path.ts";

const HEIGHT = 168;
/** Room for the values at the left, the highest line's own words, and the hours below. */
const LEFT = 34;
const TOP = 8;
const BOTTOM = 24;
const CLOCK_MS = 60_000;
/** Drawn at once; the real width comes with the first layout. */
const USUAL_WIDTH = 900;

export function SessionCurve({ points }: { readonly points: Overview["sessionsCurve"] }) {
  const { ref, width } = useElementSize();
  const now = useNow(CLOCK_MS);
  const samples = points.map(({ at, live }) => ({ at: Date.parse(at), live }));
  const most = Math.max(0, ...samples.map(({ live }) => live));
  const values = gridValues(most);
  const to = Math.max(now, samples.at(-1)?.at ?? now);
  const frame: CurveFrame = {
    width: Math.max(120, (width || USUAL_WIDTH) - LEFT),
    height: HEIGHT,
    ...{ from: to - SAMPLES_SHOWN_MS, to },
    top: values.at(-1) ?? 1,
  };
  if (samples.length === 0) return <p className="dg-soft dg-panel-empty">{overviewText.curveNone}</p>;
  return (
    <>
      <div ref={ref} className="dg-curve-box">
        <Curve samples={samples} frame={frame} values={values} />
      </div>
      <CurveTable points={points} />
    </>
  );
}

interface CurveProps {
  readonly samples: readonly Sample[];
  readonly frame: CurveFrame;
  readonly values: readonly number[];
}

function Curve({ samples, frame, values }: CurveProps) {
  const [read, setRead] = useState<Sample>();
  const { width, height, from, to } = frame;
  const { line, area } = curvePath(samples, frame);
  const most = Math.max(...samples.map(({ live }) => live));
  const last = samples.at(-1);
  const follow = ({ currentTarget, clientX }: PointerEvent<SVGSVGElement>) => {
    const x = clientX - currentTarget.getBoundingClientRect().left - LEFT;
    setRead(nearestSample(samples, from + (x / width) * (to - from)));
  };
  const shown = read ?? last;
  return (
    <svg
      className="dg-curve"
      width={width + LEFT}
      height={TOP + height + BOTTOM}
      role="img"
      aria-label={overviewText.curveSummary(most, last?.live ?? 0)}
      onPointerMove={follow}
      onPointerLeave={() => setRead(undefined)}
    >
      <g transform={`translate(${LEFT} ${TOP})`}>
        <Grid frame={frame} values={values} />
        <path className="dg-curve-area" d={area} />
        <path className="dg-curve-line" d={line} />
        {shown && <Reading sample={shown} frame={frame} isPointed={read !== undefined} />}
      </g>
    </svg>
  );
}

function Grid({ frame, values }: Pick<CurveProps, "frame" | "values">) {
  const { width, height } = frame;
  return (
    <>
      {values.map((value) => {
        const { y } = placeOf({ at: frame.from, live: value }, frame);
        return (
          <g key={value}>
            <line className={value === 0 ? "dg-curve-base" : "dg-curve-grid"} x2={width} y1={y} y2={y} />
            <text className="dg-curve-value" x={-9} y={y + 4}>
              {spellNumber(value)}
            </text>
          </g>
        );
      })}
      {hourMarks(frame).map(({ x, at }) => (
        <text key={at} className="dg-curve-mark" x={x} y={height + 18}>
          {HOURS.format(at)}
        </text>
      ))}
    </>
  );
}

interface ReadingProps {
  readonly sample: Sample;
  readonly frame: CurveFrame;
  readonly isPointed: boolean;
}

/** The newest point, or the one under the pointer with its words. */
function Reading({ sample, frame, isPointed }: ReadingProps) {
  const { x, y } = placeOf(sample, frame);
  const isRight = frame.width / 2 < x;
  return (
    <g className="dg-curve-reading">
      {isPointed && <line className="dg-curve-pointer" x1={x} x2={x} y2={frame.height} />}
      <circle className="dg-curve-dot" cx={x} cy={y} r={3.5} />
      {isPointed && (
        <text x={isRight ? x - 10 : x + 10} y={12} textAnchor={isRight ? "end" : "start"}>
          {overviewText.reading(HOURS.format(sample.at), sample.live)}
        </text>
      )}
    </g>
  );
}

function CurveTable({ points }: { readonly points: Overview["sessionsCurve"] }) {
  return (
    <details className="dg-details">
      <summary>{overviewText.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by the keyboard. */}
      <section className="dg-details-scroll" aria-label={overviewText.curve} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{overviewText.at}</th>
              <th scope="col">{overviewText.live}</th>
            </tr>
          </thead>
          <tbody>
            {points.toReversed().map(({ at, live }) => (
              <tr key={at}>
                <td>{spellMoment(at)}</td>
                <td>{spellNumber(live)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

const HOURS = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
});
