/**
 * What one verb of the command line is: `deskgate NOUN VERB`. Verbs call the API's routes through the broker in this
 * program, on the data folder; nothing of commander is seen here.
 */
import type { Broker } from "@deskgate/broker";
import type { ROUTES, RouteName, RouteReply } from "@deskgate/contract";

export interface VerbOption {
  /** As it is shown: `--name <text>`, or `--local` for one without a value. */
  readonly flags: string;
  readonly summary: string;
  /** May be given several times. */
  readonly isRepeated?: boolean;
  readonly isRequired?: boolean;
  /** The values there are. */
  readonly choices?: readonly string[];
  /** Some of the values there are, for completion. */
  readonly suggestions?: readonly string[];
}

export interface Verb {
  readonly name: string;
  readonly summary: string;
  /** What follows the verb: `name`. */
  readonly operands?: readonly string[];
  readonly options?: readonly VerbOption[];
  run(call: VerbCall): Promise<VerbResult>;
}

/** Things of one kind, and what can be done with them. */
export interface Noun {
  readonly name: string;
  readonly summary: string;
  readonly verbs: readonly Verb[];
}

export interface VerbCall {
  /** The operand at `index`; usage has made sure that it is there. */
  operand(index: number): string;
  readonly options: OptionValues;
  readonly api: Api;
  readonly broker: Pick<Broker, "audit" | "setup">;
  /** Who types, as the audit names them. */
  readonly operator: string;
  /** Asks on the terminal without showing it, or takes the first line of standard input. Never from the arguments. */
  askSecret(what: string): Promise<string>;
  /** For what is too much to be held: straight to standard output. */
  write(text: string): Promise<void>;
}

/** Values by the option's name without dashes. */
export interface OptionValues {
  text(name: string): string | undefined;
  /** Of a repeated option; `undefined` where it was not given at all. */
  texts(name: string): readonly string[] | undefined;
  has(name: string): boolean;
}

interface RouteInput {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Calls a route of the API as whoever types. */
export type Api = <Name extends RouteName>(
  name: Name,
  input?: RouteInput,
) => Promise<RouteReply<(typeof ROUTES)[Name]>>;

export interface Column<Row> {
  readonly title: string;
  readonly value: (row: Row) => string;
}

/** Tables and sentences are for people; `--json` writes the items as the API gives them. */
export type VerbResult =
  | {
      readonly kind: "table";
      readonly items: readonly object[];
      readonly titles: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: "item"; readonly item: object }
  | { readonly kind: "done"; readonly said: string; readonly item: object; readonly exitCode?: number }
  /** The verb has written its output itself. */
  | { readonly kind: "written" };

export function table<Row extends object>(
  items: readonly Row[],
  columns: readonly Column<Row>[],
): VerbResult {
  return {
    kind: "table",
    items,
    titles: columns.map(({ title }) => title),
    rows: items.map((item) => columns.map(({ value }) => value(item))),
  };
}
