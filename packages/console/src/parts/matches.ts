/** Whether every word of a filter occurs somewhere in the texts of a row. */
export function matches(filter: string, ...texts: readonly string[]): boolean {
  const text = texts.join(" ").toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
