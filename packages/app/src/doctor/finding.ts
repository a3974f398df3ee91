/** One thing the doctor looked at. */
export interface Finding {
  readonly level: "good" | "warning" | "bad";
  readonly subject: string;
  readonly text: string;
  /** What to do, where something is to be done. */
  readonly advice?: string;
}
