/** A row that a constraint of the schema refused, said the same way by every dialect. */
export class ConstraintViolation extends Error {
  override readonly name = "ConstraintViolation";
  readonly kind: "unique" | "foreign-key" | "other";

  constructor(kind: ConstraintViolation["kind"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
