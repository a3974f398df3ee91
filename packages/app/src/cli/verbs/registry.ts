/** Every noun of the command line. A new one is one file and one line here; help and completion take it up. */
import { auditNoun } from "./nouns/audit.ts";
import { entitleNoun } from "./nouns/entitle.ts";
import { groupNoun } from "./nouns/group.ts";
import { machineNoun } from "./nouns/machine.ts";
import { policyNoun } from "./nouns/policy.ts";
import { poolNoun } from "./nouns/pool.ts";
import { sessionNoun } from "./nouns/session.ts";
import { tokenNoun } from "./nouns/token.ts";
import { userNoun } from "./nouns/user.ts";
import { zoneNoun } from "./nouns/zone.ts";
import type { Noun } from "./verb.ts";

export const NOUNS: readonly Noun[] = [
  userNoun,
  groupNoun,
  machineNoun,
  zoneNoun,
  poolNoun,
  policyNoun,
  entitleNoun,
  sessionNoun,
  tokenNoun,
  auditNoun,
];
