/** `deskgate token …` */
import { DeskgateError, type OwnedApiToken, PERMISSION_NAMES } from "@deskgate/contract";
import { durationMs, durationSchema } from "../../../config/duration.ts";
import { UsageError } from "../../usage-error.ts";
import { findNamed, listAll } from "../find.ts";
import { type Api, type Noun, table, type VerbOption } from "../verb.ts";

const USUAL_LIFETIME = "90d";

const OF_USER: VerbOption = { flags: "--user <name>", summary: "whose it is" };

export const tokenNoun: Noun = {
  name: "token",
  summary: "API tokens, for scripts that act as a person",
  verbs: [
    {
      name: "list",
      summary: "list API tokens; their secrets are not kept",
      options: [OF_USER],
      run: async ({ api, options }) =>
        table(await tokensOf(api, options.text("user")), [
          { title: "id", value: ({ id }: OwnedApiToken) => id },
          { title: "user", value: ({ userName }) => userName },
          { title: "name", value: ({ name }) => name },
          { title: "scopes", value: ({ scopes }) => scopes.join(" ") },
          { title: "expires", value: ({ expiresAt }) => expiresAt },
          { title: "last used", value: ({ lastUsedAt }) => lastUsedAt ?? "never" },
        ]),
    },
    {
      name: "create",
      summary: "make an API token for a user; its secret is shown this once",
      operands: ["name"],
      options: [
        { ...OF_USER, summary: "whom the token acts for", isRequired: true },
        {
          flags: "--scope <permission>",
          summary: "what it may do of what the user may; repeat it for several (all of it)",
          isRepeated: true,
          suggestions: PERMISSION_NAMES,
        },
        {
          flags: "--expires <time>",
          summary: `how long it is good for, at most a year (${USUAL_LIFETIME})`,
          suggestions: ["1d", "30d", "90d", "365d"],
        },
      ],
      run: async ({ broker, operand, options, operator }) => {
        const { token, secret } = await broker.setup.createApiToken(options.text("user") ?? "", {
          ...{ name: operand(0), scopes: options.texts("scope") ?? ["*"], operator },
          lifetimeMs: lifetimeOf(options.text("expires") ?? USUAL_LIFETIME),
        });
        const said = `Token ${token.name} of ${token.userName} is good until ${token.expiresAt}. This is its secret, shown this once:\n${secret}`;
        return { kind: "done", said, item: { ...token, secret } };
      },
    },
    {
      name: "remove",
      summary: "withdraw an API token by its id, or by its name and user",
      operands: ["token"],
      options: [OF_USER],
      run: async ({ api, operand, options }) => {
        const found = (await tokensOf(api, options.text("user"))).filter(
          ({ id, name }) => id === operand(0) || name === operand(0),
        );
        if (found.length > 1)
          throw new UsageError(`several people have a token ${operand(0)}; say whose, by --user, or its id`);
        const [token] = found;
        if (!token) throw new DeskgateError("not_found");
        const { id, name, userName } = token;
        await api("deleteToken", { params: { id } });
        return { kind: "done", said: `Token ${name} of ${userName} withdrawn`, item: { id, name, userName } };
      },
    },
  ],
};

/** Of one user, or of everyone. */
async function tokensOf(api: Api, user: string | undefined): Promise<readonly OwnedApiToken[]> {
  const tokens = await listAll(api, "listTokens");
  if (user === undefined) return tokens;
  const { id } = await findNamed(api, "listUsers", user);
  return tokens.filter(({ userId }) => userId === id);
}

function lifetimeOf(text: string): number {
  if (!durationSchema.safeParse(text).success)
    throw new UsageError(`--expires ${text}: write a time such as 30d`);
  return durationMs(text);
}
