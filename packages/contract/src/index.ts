/** What broker, gateway, console and API users agree on. Depends on nobody but the schema library. */
export * from "./address.ts";
export * from "./admission.ts";
export * from "./api/audit.ts";
export * from "./api/common.ts";
export * from "./api/machines.ts";
export * from "./api/route.ts";
export * from "./api/routes.ts";
export * from "./api/sessions.ts";
export * from "./api/sign-in.ts";
export * from "./api/users.ts";
export * from "./end-reasons.ts";
export * from "./errors.ts";
export * from "./identity.ts";
export * from "./link.ts";
export * from "./log.ts";
export * from "./secret.ts";
export * from "./ticket.ts";
