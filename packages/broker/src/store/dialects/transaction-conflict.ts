/** A transaction that lost against others and changed nothing, said the same way by every dialect. */
export class TransactionConflict extends Error {
  override readonly name = "TransactionConflict";
}
