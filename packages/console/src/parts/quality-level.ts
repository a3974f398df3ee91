/** How a round trip feels: below 60 ms typing seems immediate, above 150 ms every click is waited for. */
export type QualityLevel = "good" | "fair" | "poor" | "unknown";

const GOOD_BELOW_MS = 60;
const FAIR_BELOW_MS = 150;

export function qualityLevel(roundTripMs: number | null | undefined): QualityLevel {
  if (roundTripMs === null || roundTripMs === undefined) return "unknown";
  if (roundTripMs < GOOD_BELOW_MS) return "good";
  return roundTripMs < FAIR_BELOW_MS ? "fair" : "poor";
}
