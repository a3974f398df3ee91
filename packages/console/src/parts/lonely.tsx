/** A page that stands alone in the window, without the shell around it. */
import type { ReactNode } from "react";
import "./parts.css";

export function Lonely({ children }: { readonly children: ReactNode }) {
  return <main className="dg-lonely">{children}</main>;
}
