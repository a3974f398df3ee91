/** What connections may do besides picture, keys and pointer. */
import { z } from "zod";
import { policySchema } from "../admission.ts";

const longestMs = 366 * 24 * 60 * 60 * 1000;

/** What a pool's connections may do; what is left out is allowed and without limit. */
export const poolPolicySchema = z.strictObject({
  ...policySchema.shape,
  clipboardToMachine: z.boolean().default(true),
  clipboardFromMachine: z.boolean().default(true),
  filesToMachine: z.boolean().default(true),
  filesFromMachine: z.boolean().default(true),
  /** End a connection after this long without input; 0 means never. */
  idleMs: z.int().min(0).max(longestMs).default(0),
  /** End a connection this long after it began; 0 means never. */
  absoluteMs: z.int().min(0).max(longestMs).default(0),
  /** Both directions together; 0 means as fast as it goes. */
  bytesPerSecond: z.int().min(0).max(1_000_000_000_000).default(0),
});
export type PoolPolicy = z.infer<typeof poolPolicySchema>;
