/** Turns a broken unique constraint into the refusal that a person can act on. */
import { DeskgateError } from "@deskgate/contract";
import { ConstraintViolation } from "./dialects/constraint-violation.ts";

/** `field`: what to correct; absent where the whole thing exists already. */
export async function refuseTaken<Result>(work: Promise<Result>, field?: string): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof ConstraintViolation) || cause.kind !== "unique") throw cause;
    const fields = field === undefined ? {} : { fields: { [field]: "This name is taken." } };
    throw new DeskgateError("name_taken", { cause, ...fields });
  }
}
