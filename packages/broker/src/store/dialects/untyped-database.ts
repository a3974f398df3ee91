/** A database, or a transaction on it, whose tables are not known from the types: while migrating, and in backups. */
import type { Kysely } from "kysely";

// biome-ignore lint/suspicious/noExplicitAny: kysely's own word for it; statements on it name their rows' types
export type UntypedDatabase = Kysely<any>;
