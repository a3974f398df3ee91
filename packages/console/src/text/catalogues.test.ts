/**
 * Both catalogues say the same things, and nothing visible stands outside them.
 *
 * Outside a browser the page's language is English, so `text/X.ts` gives the English words beside `text/de/X.ts`.
 */
import { END_REASON_NAMES, END_REASONS, ERROR_CODES } from "@deskgate/contract";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { END_SENTENCES, HOP_SENTENCES, REFUSAL_SENTENCES } from "./de/refusals.ts";

type Catalogues = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const english = import.meta.glob("./*.ts", { eager: true }) as Catalogues;
const german = import.meta.glob(["./de/*.ts", "!./de/refusals.ts"], { eager: true }) as Catalogues;

const sources = import.meta.glob("./*.ts", { query: "?raw", import: "default", eager: true }) as Readonly<
  Record<string, string>
>;
const components = import.meta.glob("../**/*.tsx", {
  query: "?raw",
  import: "default",
  eager: true,
}) as Readonly<Record<string, string>>;

/** The broker's own words, which only its source names. */
const walk = Object.values(
  import.meta.glob(
    ["../../../broker/src/domain/choosing.ts", "../../../broker/src/features/explain/service.ts"],
    { query: "?raw", import: "default", eager: true },
  ) as Readonly<Record<string, string>>,
).join("\n");

/** Key paths, each with the number of parameters of its message. */
function shapeOf(words: unknown, path = ""): string[] {
  if (typeof words === "string") return words.trim() === "" ? [`${path} is empty`] : [path];
  if (typeof words === "function") return [`${path}(${words.length})`];
  return Object.entries(words as object).flatMap(([key, value]) => shapeOf(value, `${path}.${key}`));
}

describe("the German catalogue", () => {
  it.each(Object.entries(german))("%s has the keys and parameters of the English one", (path, catalogue) => {
    expect(Object.keys(catalogue)).not.toEqual([]);
    for (const [name, words] of Object.entries(catalogue))
      expect(shapeOf(words).toSorted()).toEqual(
        shapeOf(english[path.replace("/de/", "/")]?.[name]).toSorted(),
      );
  });

  it("leaves no English catalogue out", () => {
    const withWords = Object.keys(sources).filter((path) => /^const en\b/m.test(sources[path] ?? ""));
    expect(withWords).not.toEqual([]);
    expect(Object.keys(german).map((path) => path.replace("/de/", "/"))).toEqual(withWords);
  });

  it("says every refusal and every ending of the contract", () => {
    expect(ERROR_CODES.filter((code) => REFUSAL_SENTENCES[code] === undefined)).toEqual([]);
    expect(END_REASON_NAMES.filter((reason) => END_SENTENCES[reason] === undefined)).toEqual([]);
  });

  it("has a sentence of its own for every ending, in both languages", () => {
    for (const sentences of [
      END_REASON_NAMES.map((reason) => END_REASONS[reason].sentence as string),
      END_REASON_NAMES.map((reason) => END_SENTENCES[reason]),
    ])
      expect(new Set(sentences).size).toBe(END_REASON_NAMES.length);
  });

  it("says every sentence of the walk to a desktop", () => {
    // Names and numbers in them are stood in for by a number, which is both.
    const said = [...walk.matchAll(/["`]([A-Z$][^"`\n]* [^"`\n]*\.)["`]/g)].map(([, sentence = ""]) =>
      sentence.replace(/\$\{[^}]+\}/g, "7"),
    );
    expect(said.length).toBeGreaterThan(25);
    expect(said.filter((sentence) => !HOP_SENTENCES.some(([shape]) => shape.test(sentence)))).toEqual([]);
  });
});

/** Attributes whose value is read out or shown. */
const SPOKEN = new Set([
  "label",
  "title",
  "placeholder",
  "description",
  "hint",
  "alt",
  "aria-label",
  "aria-description",
  "nothingFoundMessage",
]);
const HAS_WORD = /\p{L}{2}/u;

/** Visible literals of a component, with the line they stand in. */
function literalsOf([file, text]: [string, string]): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const visit = (node: ts.Node) => {
    const shown = visibleTextOf(node);
    if (shown !== undefined && HAS_WORD.test(shown)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart());
      found.push(`${file}:${line + 1} ${shown.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function visibleTextOf(node: ts.Node): string | undefined {
  if (ts.isJsxText(node)) return node.text;
  if (ts.isJsxAttribute(node) && SPOKEN.has(node.name.getText())) {
    const { initializer } = node;
    if (initializer && ts.isStringLiteral(initializer)) return initializer.text;
    const inner = initializer && ts.isJsxExpression(initializer) ? initializer.expression : undefined;
    return inner && ts.isStringLiteralLike(inner) ? inner.text : undefined;
  }
  const isChild = ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent);
  return isChild && node.expression && ts.isStringLiteralLike(node.expression)
    ? node.expression.text
    : undefined;
}

describe("components", () => {
  it("show no word that is not in a catalogue", () => {
    expect(Object.keys(components).length).toBeGreaterThan(50);
    expect(Object.entries(components).flatMap(literalsOf)).toEqual([]);
  });
});
