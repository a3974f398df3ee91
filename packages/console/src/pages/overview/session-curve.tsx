/** Live sessions over the last day as a small line, with the same numbers as a table for whoever does not see it. */
import type { Overview } from "@deskgate/contract";
import { locale } from "../../text/language.ts";
import { overviewText } from "../../text/overview.ts";
import { spellMoment, spellNumber } from "../../text/quantities.ts";
import { curvePath, hourMarks } from "./curve-path.ts";

const WIDTH = 720;
const HEIGHT = 150;

export function SessionCurve({ points }: { readonly points: Overview["sessionsCurve"] }) {
  if (points.length === 0) return <p className="dg-soft dg-panel-empty">{overviewText.curveNone}</p>;
  const most = Math.max(...points.map(({ live }) => live));
  const samples = points.map(({ at, live }) => ({ at: Date.parse(at), live }));
  const { line, area } = curvePath(samples, { width: WIDTH, height: HEIGHT, most });
  return (
    <>
      <svg
        className="dg-curve"
        viewBox={`0 0 ${WIDTH} ${HEIGHT + 22}`}
        role="img"
        aria-label={overviewText.curveSummary(most, points.at(-1)?.live ?? 0)}
      >
        <line className="dg-curve-base" x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} />
        <path className="dg-curve-area" d={area} />
        <path className="dg-curve-line" d={line} />
        {hourMarks(samples, WIDTH).map(({ x, at }) => (
          <text key={at} className="dg-curve-mark" x={x} y={HEIGHT + 17}>
            {HOURS.format(at)}
          </text>
        ))}
        <text className="dg-curve-mark" x="2" y="11">
          {spellNumber(most)}
        </text>
      </svg>
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
              {points.map(({ at, live }) => (
                <tr key={at}>
                  <td>{spellMoment(at)}</td>
                  <td>{spellNumber(live)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </>
  );
}

const HOURS = new Intl.DateTimeFormat(locale, {
  hour: "2-digit",
  minute: "2-digit",
});
