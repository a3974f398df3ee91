/** The question as the API takes it; what is empty is left out. */
import { protocolSchema } from "@deskgate/contract";
import type { Question } from "../../api/explain.ts";

interface QuestionForm {
  readonly user: string | null;
  readonly pool: string | null;
  readonly protocol: string;
  readonly address: string;
}

export function questionOf({ user, pool, protocol, address }: QuestionForm): Question {
  const chosen = protocolSchema.safeParse(protocol).data;
  return {
    user: user ?? "",
    pool: pool ?? "",
    ...(chosen && { protocol: chosen }),
    ...(address.trim() !== "" && { address: address.trim() }),
  };
}
