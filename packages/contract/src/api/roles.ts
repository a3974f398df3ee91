/** What a user may do in Deskgate itself. */
import { z } from "zod";

export const ROLES = ["administrator", "user"] as const;
export const roleSchema = z.enum(ROLES);
export type Role = z.infer<typeof roleSchema>;
