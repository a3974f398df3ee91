import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { ENCODING } from "@deskgate/wire";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type DemoDesktop, openDemoDesktop } from "./index.ts";
import { TestViewer } from "./testing.ts";

const PASSWORD = "sesame42";
const silent = { error() {}, warn() {}, info() {}, debug() {} };
const WITHOUT_CURSOR = [ENCODING.zrle];

let demo: DemoDesktop;
const viewers: TestViewer[] = [];

async function signedIn(encodings: readonly number[] = WITHOUT_CURSOR): Promise<TestViewer> {
  const viewer = await newViewer();
  expect(await viewer.signIn(PASSWORD)).toMatchObject({ at: "agreed" });
  viewer.askEncodings(encodings);
  return viewer;
}

async function newViewer(): Promise<TestViewer> {
  const viewer = new TestViewer(demo.port);
  viewers.push(viewer);
  await once(viewer.socket, "connect");
  return viewer;
}

/** Free ports far from those that other tests listen on. */
function randomPort(): number {
  return 20_000 + Math.floor(Math.random() * 20_000);
}

beforeEach(async () => {
  demo = await openDemoDesktop({ password: PASSWORD, firstPort: randomPort(), log: silent });
});

afterEach(async () => {
  for (const viewer of viewers.splice(0)) viewer.close();
  await demo.close();
});

describe("signing in", () => {
  it("lets a viewer with the password see the whole screen", async () => {
    const viewer = await signedIn();
    expect(viewer.name).toBe("Deskgate demo desktop");
    viewer.askUpdate(false);
    const { rectangles } = await viewer.nextUpdate();
    expect(rectangles.every(({ encoding }) => encoding === ENCODING.zrle)).toBe(true);
    expect(viewer.picture.bounds).toEqual({ x: 0, y: 0, width: 1280, height: 800 });
    expect(new Set(viewer.picture.pixels).size).toBeGreaterThan(200);
    expect(viewer.picture.pixels.filter((pixel) => pixel === 0)).toHaveLength(0);
  });

  it("refuses a wrong password and says so", async () => {
    const viewer = await newViewer();
    expect(await viewer.signIn("wrong")).toMatchObject({ at: "failed", failure: "authentication-failed" });
    await viewer.closed();
  });

  it("ends a connection that does not speak RFB, and only that one", async () => {
    const good = await signedIn();
    const bad = await newViewer();
    bad.socket.write("GET / HTTP/1.1\r\n\r\n");
    await bad.closed();
    good.askUpdate(false);
    expect((await good.nextUpdate()).rectangles.length).toBeGreaterThan(0);
  });

  it("takes the next port when the first is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo; // a TCP server has one
    const second = await openDemoDesktop({ password: PASSWORD, firstPort: port, log: silent });
    expect(second.port).toBeGreaterThan(port);
    await second.close();
    taken.close();
  });
});

describe("what a viewer gets", () => {
  it("is the same picture in ZRLE and Raw", async () => {
    const [packed, raw] = [await signedIn(), await signedIn([ENCODING.raw])];
    for (const viewer of [packed, raw]) viewer.askUpdate(false);
    await Promise.all([packed.nextUpdate(), raw.nextUpdate()]);
    const welcome = (viewer: TestViewer) => viewer.picture.pixels.subarray(100 * 1280, 100 * 1280 + 600);
    expect(welcome(packed)).toEqual(welcome(raw));
  });

  it("is one zlib stream over many updates, of the changed parts only", async () => {
    const viewer = await signedIn();
    viewer.askUpdate(false);
    await viewer.nextUpdate();
    for (let i = 0; i < 3; i++) {
      viewer.askUpdate(true);
      const { rectangles } = await viewer.nextUpdate();
      const pixels = rectangles.reduce((sum, { width, height }) => sum + width * height, 0);
      expect(pixels).toBeLessThan(120_000);
    }
  });

  it("follows the window: a new size comes alone and the whole picture after it", async () => {
    const viewer = await signedIn([ENCODING.zrle, ENCODING.extendedDesktopSize]);
    viewer.askUpdate(false);
    expect((await viewer.nextUpdate()).rectangles).toMatchObject([
      { x: 0, encoding: ENCODING.extendedDesktopSize },
    ]);
    viewer.askSize(900, 640);
    viewer.askUpdate(true);
    const resized = { x: 1, y: 0, width: 900, height: 640, encoding: ENCODING.extendedDesktopSize };
    await viewer.updateUntil(() => viewer.picture.bounds.width === 900);
    expect(viewer.picture.bounds).toMatchObject({ width: resized.width, height: resized.height });
    await viewer.updateUntil(() => !viewer.picture.pixels.includes(0));
  });

  it("is the pointer as a picture of its own where the viewer can draw it", async () => {
    const viewer = await signedIn([ENCODING.zrle, ENCODING.cursor]);
    viewer.askUpdate(false);
    const { rectangles } = await viewer.nextUpdate();
    expect(rectangles[0]).toMatchObject({ encoding: ENCODING.cursor, width: 12, height: 20 });
  });
});

describe("using it", () => {
  it("a key changes the note-pad's picture for everyone who looks", async () => {
    const [typist, onlooker] = [await signedIn(), await signedIn()];
    onlooker.askUpdate(false);
    await onlooker.nextUpdate();
    const noteRow = () => onlooker.picture.pixels.slice(420 * 1280 + 165, 420 * 1280 + 600);
    const before = noteRow();
    typist.pressKey(0x57);
    await onlooker.updateUntil(() => noteRow().some((pixel, i) => pixel !== before[i]));
  });

  it("copies the note into the viewer's clipboard by its button", async () => {
    const viewer = await signedIn();
    viewer.askUpdate(false);
    await viewer.nextUpdate();
    for (const character of "hi é") viewer.pressKey(character.charCodeAt(0));
    viewer.movePointer(612, 378, 1);
    viewer.movePointer(612, 378, 0);
    await viewer.updateUntil(() => viewer.clipboard !== "");
    expect(viewer.clipboard).toBe("hi é");
  });
});

describe("a viewer that misbehaves", () => {
  const hostile: readonly (readonly [string, readonly number[]])[] = [
    ["an unknown message", [99]],
    [
      "a pixel format that does not exist",
      [0, 0, 0, 0, 24, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 0, 0, 0],
    ],
    ["a colour map", [0, 0, 0, 0, 8, 8, 0, 0, 0, 255, 0, 255, 0, 255, 0, 0, 0, 0, 0, 0]],
    ["65535 encodings", [2, 0, 255, 255]],
    ["four gigabytes of clipboard", [6, 0, 0, 0, 255, 255, 255, 255]],
    ["an audio request", [255, 1, 0, 0]],
  ];
  it.each(hostile)("loses its connection for %s, and nobody else does", async (_what, bytes) => {
    const [good, bad] = [await signedIn(), await signedIn()];
    bad.socket.write(Uint8Array.from(bytes));
    await bad.closed();
    good.askUpdate(false);
    expect((await good.nextUpdate()).rectangles.length).toBeGreaterThan(0);
  });

  it("is hung up on when it says nothing", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const silentOne = await newViewer();
      await once(silentOne.socket, "data");
      vi.advanceTimersByTime(9_999);
      expect(silentOne.socket.destroyed).toBe(false);
      vi.advanceTimersByTime(1);
      await silentOne.closed();
    } finally {
      vi.useRealTimers();
    }
  });

  it("may leave in the middle of a message", async () => {
    const [good, bad] = [await signedIn(), await signedIn()];
    bad.askUpdate(false);
    bad.socket.write(Uint8Array.of(6, 0, 0));
    bad.close();
    good.askUpdate(false);
    expect((await good.nextUpdate()).rectangles.length).toBeGreaterThan(0);
  });
});
