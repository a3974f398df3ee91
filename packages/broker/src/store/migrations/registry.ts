/** Every migration, in order. Forward only; a migration that was released is never changed. */
import type { Migration } from "kysely/migration";
import * as people from "./0001-people.ts";
import * as machines from "./0002-machines.ts";
import * as sessions from "./0003-sessions.ts";
import * as identities from "./0004-identities.ts";
import * as site from "./0005-site.ts";
import * as auditChain from "./0006-audit-chain.ts";
import * as gateways from "./0007-gateways.ts";
import * as sessionStates from "./0008-sessions.ts";
import * as api from "./0009-api.ts";
import * as settings from "./0010-settings.ts";
import * as operating from "./0011-operating.ts";

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-people": people,
  "0002-machines": machines,
  "0003-sessions": sessions,
  "0004-identities": identities,
  "0005-site": site,
  "0006-audit-chain": auditChain,
  "0007-gateways": gateways,
  "0008-sessions": sessionStates,
  "0009-api": api,
  "0010-settings": settings,
  "0011-operating": operating,
};
