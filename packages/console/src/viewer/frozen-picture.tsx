/** What the desktop looked like last, shown still while there is no connection. */
import { useEffect, useRef } from "react";
import type { Scaling } from "./surface.ts";

interface FrozenPictureProps {
  readonly picture: HTMLCanvasElement;
  readonly scaling: Scaling;
}

export function FrozenPicture({ picture, scaling }: FrozenPictureProps) {
  const copy = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = copy.current;
    if (!canvas) return;
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d")?.drawImage(picture, 0, 0);
  }, [picture]);
  return <canvas ref={copy} className={`dg-frozen dg-frozen-${scaling}`} />;
}
