/** `deskgate session …` */
import { DeskgateError, type Session } from "@deskgate/contract";
import { type Api, type Noun, table } from "../verb.ts";

export const sessionNoun: Noun = {
  name: "session",
  summary: "who is on which machine",
  verbs: [
    {
      name: "list",
      summary: "list sessions, newest first",
      options: [
        { flags: "--state <state>", summary: "live (the usual) or ended", choices: ["live", "ended"] },
      ],
      run: async ({ api, options }) => {
        const state = options.text("state") ?? "live";
        const { items } = await api("listSessions", { query: { state } });
        return table(items, [
          { title: "id", value: ({ id }: Session) => id },
          { title: "user", value: ({ userName }) => userName },
          { title: "machine", value: ({ machineName }) => machineName },
          { title: "state", value: ({ state: now, endReason }) => endReason ?? now },
          { title: "viewers", value: ({ connections }) => String(connections.filter(isOpen).length) },
          { title: "since", value: ({ startedAt }) => startedAt },
        ]);
      },
    },
    {
      name: "show",
      summary: "show one session with its connections",
      operands: ["id"],
      run: async ({ api, operand }) => ({ kind: "item", item: await find(api, operand(0)) }),
    },
    {
      name: "kill",
      summary: "end a session; a running server closes its connections within seconds",
      operands: ["id"],
      run: async ({ api, operand }) => {
        const id = operand(0);
        await api("killSession", { params: { id } });
        return { kind: "done", said: "Session ended", item: { id } };
      },
    },
  ],
};

function isOpen({ state }: { readonly state: string }): boolean {
  return state !== "ended";
}

async function find(api: Api, id: string): Promise<Session> {
  for (const state of ["live", "ended"]) {
    const { items } = await api("listSessions", { query: { state } });
    const found = items.find((session) => session.id === id);
    if (found) return found;
  }
  throw new DeskgateError("not_found");
}
