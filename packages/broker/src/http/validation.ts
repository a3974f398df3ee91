/** Requests checked by the contract's schemas; what is wrong is named field by field. */
import { DeskgateError } from "@deskgate/contract";
import type { FastifySchemaCompiler } from "fastify";
import { z } from "zod";

/** Fastify asks once per route and part of the request; the returned function judges each request. */
export const compileValidator: FastifySchemaCompiler<unknown> = ({ schema, httpPart }) => {
  if (!(schema instanceof z.ZodType)) throw new TypeError(`the schema of ${httpPart} is not one of zod`);
  return (data: unknown) => {
    const result = schema.safeParse(data);
    if (result.success) return { value: result.data };
    // A path that no id fits is a path to nothing.
    if (httpPart === "params") return { error: new DeskgateError("not_found") };
    const code = httpPart === "querystring" ? "query_invalid" : "validation_failed";
    return { error: new DeskgateError(code, { fields: fieldsOf(result.error) }) };
  };
};

function fieldsOf({ issues }: z.ZodError): Readonly<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  for (const issue of issues) {
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) fields[nameOf([...issue.path, key])] ??= "This field is not known here.";
    else fields[nameOf(issue.path)] ??= issue.message;
  }
  return { ...fields };
}

/** `body` where the whole is meant. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "body" : path.map(String).join(".");
}
