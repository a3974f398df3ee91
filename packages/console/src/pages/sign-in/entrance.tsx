/** The frame of the pages one sees before being signed in: the form beside a quiet picture of desktops. */
import type { ReactNode } from "react";
import { useSiteName } from "../../api/site.ts";
import { ScreenPicture } from "../../parts/screen-picture.tsx";
import { Mark } from "../../shell/mark.tsx";
import "./entrance.css";

export function Entrance({ children }: { readonly children: ReactNode }) {
  const siteName = useSiteName();
  return (
    <div className="dg-entrance">
      <main className="dg-entrance-form">
        <div className="dg-entrance-brand">
          <Mark size={34} />
          <span>{siteName}</span>
        </div>
        {children}
      </main>
      <div className="dg-entrance-scene" aria-hidden="true">
        <div className="dg-scene-screen dg-scene-back">
          <ScreenPicture name="library" />
        </div>
        <div className="dg-scene-screen dg-scene-middle">
          <ScreenPicture name="garden" />
        </div>
        <div className="dg-scene-screen dg-scene-front">
          <ScreenPicture name="gate" />
        </div>
      </div>
    </div>
  );
}
