/**
 * Tells the schema library not to compile schemas with `new Function`, which the content security policy forbids
 * (even its probe would be reported). LIMIT: it reads this when a schema is made, so this module is imported first.
 */
import { config } from "zod";

config({ jitless: true });
