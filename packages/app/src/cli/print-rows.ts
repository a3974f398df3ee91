/** How many rows of which table, for people. */
import process from "node:process";

export function printRows(title: string, rows: Readonly<Record<string, number>>): void {
  const lines = Object.entries(rows).map(([table, count]) => `  ${String(count).padStart(9)}  ${table}`);
  process.stdout.write(`${title}\n${lines.join("\n")}\n`);
}
