/** What stands where there is nothing to show: what is missing and what to do next. */
import type { ReactNode } from "react";
import "./parts.css";

interface EmptyStateProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly hint: string;
  /** The buttons that lead on. */
  readonly children?: ReactNode;
}

export function EmptyState({ icon, title, hint, children }: EmptyStateProps) {
  return (
    <div className="dg-empty">
      <div className="dg-empty-icon" aria-hidden="true">
        {icon}
      </div>
      <h2>{title}</h2>
      <p>{hint}</p>
      {children && <div className="dg-empty-actions">{children}</div>}
    </div>
  );
}
