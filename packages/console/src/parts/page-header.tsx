/** The head of a page: its name, one line on what it is for, and its main action. */
import type { ReactNode } from "react";
import "./parts.css";

interface PageHeaderProps {
  readonly title: string;
  readonly lead?: string;
  readonly children?: ReactNode;
}

export function PageHeader({ title, lead, children }: PageHeaderProps) {
  return (
    <header className="dg-page-header">
      <div>
        <h1>{title}</h1>
        {lead && <p className="dg-soft">{lead}</p>}
      </div>
      {children && <div className="dg-page-actions">{children}</div>}
    </header>
  );
}
