import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { furnish, openTestBroker, type TestBroker, type TestBrowser } from "../../testing.ts";

let broker: TestBroker;
let admin: TestBrowser;
let room: Awaited<ReturnType<typeof furnish>>;

beforeEach(async () => {
  broker = await openTestBroker();
  room = await furnish(broker);
  admin = room.admin;
});
afterEach(() => broker.close());

async function addGroup(name: string, more: object = {}) {
  return (await admin.api("POST", "/groups", { name, ...more })).body;
}

function put(outer: string, memberGroupIds: readonly string[]) {
  return admin.api("PATCH", `/groups/${outer}`, { memberGroupIds });
}

async function membersOf(groupId: string): Promise<readonly string[]> {
  const { items } = (await admin.api("GET", `/groups/${groupId}/effective-members`)).body;
  return items.map(({ name }: { name: string }) => name);
}

describe("a group inside another", () => {
  test("brings its people to whatever the outer one may use, and takes them away when it leaves", async () => {
    const inner = await addGroup("Inner", { memberIds: [room.ada.id] });
    const middle = await addGroup("Middle", { memberGroupIds: [inner.id] });
    const outer = await addGroup("Outer", { memberGroupIds: [middle.id] });
    await admin.api("DELETE", `/entitlements/${room.entitlement.id}`);
    expect((await room.browser.api("GET", "/desktops")).body.items).toEqual([]);
    await admin.api("POST", "/entitlements", { poolId: room.machine.poolId, groupId: outer.id });
    expect((await room.browser.api("GET", "/desktops")).body.items).toHaveLength(1);
    const path = `/desktops/${room.machine.poolId}/connections`;
    const { sessionId } = (await room.browser.api("POST", path, {})).body;
    await admin.api("DELETE", `/groups/${middle.id}`);
    expect((await room.browser.api("GET", "/desktops")).body.items).toEqual([]);
    const { items } = (await admin.api("GET", "/sessions?state=ended")).body;
    expect(items).toMatchObject([{ id: sessionId, endReason: "access_removed" }]);
  });

  test("shows in both, and its people once among the outer one's effective members", async () => {
    const inner = await addGroup("Inner", { memberIds: [room.ada.id] });
    const outer = await addGroup("Outer", { memberIds: [room.ada.id], memberGroupIds: [inner.id, inner.id] });
    expect(outer).toMatchObject({ memberIds: [room.ada.id], memberGroupIds: [inner.id] });
    expect(await membersOf(outer.id)).toEqual(["ada"]);
    const nowhere = "/groups/00000000-0000-4000-8000-000000000000/effective-members";
    expect((await admin.api("GET", nowhere)).status).toBe(404);
  });

  test("cannot have the outer one inside, by any way round", async () => {
    const inner = await addGroup("Inner");
    const middle = await addGroup("Middle", { memberGroupIds: [inner.id] });
    const outer = await addGroup("Outer", { memberGroupIds: [middle.id] });
    for (const id of [inner.id, middle.id, outer.id]) {
      const answer = await put(inner.id, [id]);
      expect([answer.status, answer.body.error.code]).toEqual([409, "group_cycle"]);
    }
    const { items } = (await admin.api("GET", "/groups")).body;
    const groups = items.map(({ memberGroupIds }: { memberGroupIds: string[] }) => memberGroupIds);
    expect(groups).toEqual([[], [inner.id], [middle.id]]);
  });

  test("of two put into each other at once, one is refused", async () => {
    const [a, b] = [await addGroup("a"), await addGroup("b")];
    const answers = await Promise.all([put(a.id, [b.id]), put(b.id, [a.id])]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("must be there, and may be sixteen deep and no deeper", async () => {
    const unknown = await admin.api("POST", "/groups", {
      name: "x",
      memberGroupIds: ["00000000-0000-4000-8000-000000000000"],
    });
    expect(unknown.body.error.fields).toHaveProperty("memberGroupIds");
    let inside: string[] = [];
    for (let depth = 1; depth <= 16; depth++)
      inside = [(await addGroup(`depth ${depth}`, { memberGroupIds: inside })).id];
    const answer = await admin.api("POST", "/groups", { name: "depth 17", memberGroupIds: inside });
    expect([answer.status, Object.keys(answer.body.error.fields)]).toEqual([422, ["memberGroupIds"]]);
  });
});

test("whatever is put where, effective members are those that following every group finds", async () => {
  const names = ["a", "b", "c", "d", "e"] as const;
  const people: string[] = [];
  for (const name of names)
    people.push((await admin.api("POST", "/users", { name: `in-${name}`, displayName: name })).body.id);
  const ids: string[] = [];
  for (const [index, name] of names.entries())
    ids.push((await addGroup(name, { memberIds: people.slice(index, index + 1) })).id);
  const model = new Map<number, readonly number[]>(names.map((_, at) => [at, []]));
  const reach = (at: number, inside = model): ReadonlySet<number> => {
    const found = new Set<number>();
    const waiting = [at];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop())
      for (const member of inside.get(next) ?? [])
        if (!found.has(member)) {
          found.add(member);
          waiting.push(member);
        }
    return found;
  };
  const at = fc.nat({ max: names.length - 1 });
  const steps = fc.array(fc.tuple(at, fc.uniqueArray(at, { maxLength: 3 })), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(steps, async (puts) => {
      for (const [outer, inside] of puts) {
        const wanted = new Map(model).set(outer, inside);
        const isCircular = names.some((_, index) => reach(index, wanted).has(index));
        const { status } = await put(
          ids[outer] ?? "",
          inside.map((index) => ids[index] ?? ""),
        );
        expect(status).toBe(isCircular ? 409 : 200);
        if (!isCircular) model.set(outer, inside);
      }
      for (const index of names.keys()) {
        const expected = [index, ...reach(index)].map((one) => `in-${names[one]}`).sort();
        expect(await membersOf(ids[index] ?? "")).toEqual(expected);
      }
    }),
    { numRuns: 15 },
  );
});
