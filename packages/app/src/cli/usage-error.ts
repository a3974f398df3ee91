/** A command line that was not understood. Nothing was done. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
