import { expect, it } from "vitest";
import { CredentialDesk, type OpenQuestion } from "./credential-desk.ts";

const REQUEST = { fields: ["username", "password"] } as const;
const TYPED = { username: "ada", password: "s3cret" };

function openDesk() {
  const asked: OpenQuestion[] = [];
  const desk = new CredentialDesk((question) => void (question && asked.push(question)));
  const ask = (isFresh = false) =>
    desk.ask({ ...REQUEST, isFresh }, { suggested: { username: "ada" }, isOwn: true });
  return { desk, asked, ask };
}

it("asks once, and answers attempts that come by themselves", async () => {
  const { asked, ask } = openDesk();
  const first = ask();
  asked[0]?.answer(TYPED);
  expect(await first).toEqual(TYPED);
  expect(await ask()).toEqual(TYPED);
  expect(asked).toHaveLength(1);
});

it("tells what is new once, however often it is tried", async () => {
  const { desk, asked, ask } = openDesk();
  expect(desk.takeNew()).toBeUndefined();
  const first = ask();
  asked[0]?.answer(TYPED);
  await first;
  expect(desk.takeNew()).toEqual(TYPED);
  await ask();
  expect(desk.takeNew()).toBeUndefined();
});

it("keeps no answer to a question of the machine's own, and says nothing of the person's password there", async () => {
  const { desk, asked, ask } = openDesk();
  const first = ask(true);
  expect(asked[0]).toMatchObject({ isOwn: false, suggested: {} });
  asked[0]?.answer(TYPED);
  await first;
  expect(desk.takeNew()).toBeUndefined();
});

it("asks again for what was refused, with the name as a suggestion", async () => {
  const { desk, asked, ask } = openDesk();
  const first = ask();
  asked[0]?.answer(TYPED);
  await first;
  desk.forgetSecrets();
  void ask();
  expect(asked[1]?.suggested).toEqual({ username: "ada" });
});
