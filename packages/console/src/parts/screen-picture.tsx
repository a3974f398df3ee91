/** Draws the imaginary screen of a name; see screen-plan.ts. Colours follow the colour scheme by CSS. */
import { type CSSProperties, useId } from "react";
import { planScreen, SCREEN_HEIGHT, SCREEN_WIDTH, type ScreenWindow } from "./screen-plan.ts";
import "./screen-picture.css";

const DOCK_STEP = 13;

export function ScreenPicture({ name }: { readonly name: string }) {
  const plan = planScreen(name);
  const sky = useId();
  const dockWidth = plan.docked * DOCK_STEP + 7;
  const dockX = (SCREEN_WIDTH - dockWidth) / 2;
  return (
    <svg
      className="dg-screen"
      viewBox={`0 0 ${SCREEN_WIDTH} ${SCREEN_HEIGHT}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
      focusable="false"
      style={{ "--dg-hue": plan.hue } as CSSProperties}
    >
      <defs>
        <linearGradient id={sky} x1="0" y1="0" x2="0.4" y2="1">
          <stop className="dg-screen-sky-high" offset="0" />
          <stop className="dg-screen-sky-low" offset="1" />
        </linearGradient>
      </defs>
      <rect width={SCREEN_WIDTH} height={SCREEN_HEIGHT} fill={`url(#${sky})`} />
      <path className="dg-screen-far-hill" d={plan.farHill} />
      <path className="dg-screen-hill" d={plan.hill} />
      {plan.windows.map((window) => (
        <WindowPicture key={window.isFront ? "front" : "back"} window={window} />
      ))}
      <rect
        className="dg-screen-dock"
        x={dockX}
        y={SCREEN_HEIGHT - 19}
        width={dockWidth}
        height={14}
        rx={5}
      />
      {Array.from({ length: plan.docked }, (_, place) => dockX + 5 + place * DOCK_STEP).map((x, place) => (
        <rect
          key={x}
          className={place === 1 ? "dg-screen-docked-active" : "dg-screen-docked"}
          x={x}
          y={SCREEN_HEIGHT - 16}
          width={8}
          height={8}
          rx={2.5}
        />
      ))}
    </svg>
  );
}

function WindowPicture({
  window: { x, y, width, height, lines, isFront },
}: {
  readonly window: ScreenWindow;
}) {
  return (
    <g className={isFront ? "dg-screen-front" : "dg-screen-back"}>
      <rect className="dg-screen-window" x={x} y={y} width={width} height={height} rx={5} />
      <path className="dg-screen-bar" d={`M${x} ${y + 12}v-7a5 5 0 0 1 5-5h${width - 10}a5 5 0 0 1 5 5v7z`} />
      <circle className="dg-screen-dot" cx={x + 8} cy={y + 6} r={1.9} />
      {lines.map((part, line) => (
        <rect
          key={part}
          className={line === 0 ? "dg-screen-line-first" : "dg-screen-line"}
          x={x + 10}
          y={y + 21 + line * 11}
          width={(width - 20) * part}
          height={4}
          rx={2}
        />
      ))}
    </g>
  );
}
