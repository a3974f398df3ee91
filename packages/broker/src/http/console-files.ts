/**
 * The web console: its files, and one page for every address that is not a file.
 *
 * The files are listed once at start, and only listed names are served, so no spelling of a path reaches outside.
 */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Site } from "@deskgate/contract";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { SiteReader } from "../features/settings/ports.ts";
import { FRAME_HEADERS, pageHeaders } from "./page-headers.ts";

const PAGE_FILE = "index.html";
/** Pages of web clients that the viewer shows in a frame. */
const FRAME_FILE = /^[a-z-]+-frame\.html$/;
const NONCE_PLACEHOLDER = "__CSP_NONCE__";
const NONCE_BYTES = 16;
/** What the page knows of the site before it has asked for anything. */
const SITE_NAME_PLACEHOLDER = "__SITE_NAME__";
const SITE_LANGUAGE_PLACEHOLDER = "__SITE_LANGUAGE__";
/** Built assets carry a hash of their content in their name. */
const IMMUTABLE = "public, max-age=31536000, immutable";

interface Console {
  readonly files: ReadonlySet<string>;
  readonly page: string;
  readonly site: SiteReader;
}

/** Gives the handler of GET and HEAD for whatever is not the API; it returns false where it has nothing. */
export async function registerConsole(
  app: FastifyInstance,
  directory: string | undefined,
  site: SiteReader,
): Promise<(request: FastifyRequest, reply: FastifyReply) => boolean> {
  if (directory === undefined) return sendHint;
  const files = await listFiles(directory);
  const page = await readFile(path.join(directory, PAGE_FILE), "utf8");
  await app.register(fastifyStatic, { root: path.resolve(directory), serve: false });
  return (request, reply) => sendConsole({ files, page, site }, request, reply);
}

function sendConsole({ files, page, site }: Console, request: FastifyRequest, reply: FastifyReply): boolean {
  const name = fileNameOf(request.url);
  if (name !== undefined && name !== PAGE_FILE && files.has(name)) {
    reply.headers(FRAME_FILE.test(name) ? FRAME_HEADERS : pageHeaders(undefined));
    reply.sendFile(name, { cacheControl: false });
    reply.header("cache-control", name.startsWith("assets/") ? IMMUTABLE : "no-cache");
    return true;
  }
  if (!acceptsPage(request)) return false;
  void site.siteForPage().then((told) => sendPage(page, told, reply));
  return true;
}

function sendPage(page: string, { name, language }: Site, reply: FastifyReply): void {
  const nonce = randomBytes(NONCE_BYTES).toString("base64");
  // By function, because a name may hold what `replaceAll` reads as a pattern.
  const filled = page
    .replaceAll(NONCE_PLACEHOLDER, () => nonce)
    .replaceAll(SITE_LANGUAGE_PLACEHOLDER, () => language ?? "")
    .replaceAll(SITE_NAME_PLACEHOLDER, () => escapeHtml(name));
  reply
    .headers(pageHeaders(nonce))
    .header("cache-control", "no-store")
    .type("text/html; charset=utf-8")
    .send(filled);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}

function sendHint(request: FastifyRequest, reply: FastifyReply): boolean {
  if (!acceptsPage(request)) return false;
  reply
    .headers(pageHeaders(undefined))
    .type("text/plain; charset=utf-8")
    .send("Deskgate runs, but its console was not built. The API is described at /api/docs.\n");
  return true;
}

function acceptsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes("text/html") ?? false;
}

/** A request's path as the list spells files; `undefined` where it is not well-formed. */
function fileNameOf(url: string): string | undefined {
  try {
    return decodeURIComponent((url.split("?", 1)[0] ?? "").slice(1));
  } catch {
    return undefined;
  }
}

async function listFiles(directory: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Set(
    files.map((file) =>
      path.relative(directory, path.join(file.parentPath, file.name)).split(path.sep).join("/"),
    ),
  );
}
