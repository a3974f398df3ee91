/** Whether the port is free, or taken by Deskgate itself, or by something else. */
import { request } from "node:https";
import { createServer } from "node:net";
import type { HostPort } from "../config/listen-address.ts";
import type { Finding } from "./finding.ts";

const ASK_DEADLINE_MS = 3_000;
/** Of the port for viewers, and of a broker's port for gateways. */
const OUR_ANSWERS = ['"deskgate"', '"gateways_only"'];

export async function checkPort(listen: HostPort): Promise<Finding> {
  const subject = `Port ${listen.port}`;
  const failure = await tryListen(listen);
  if (failure === undefined) return { level: "good", subject, text: "free to listen on" };
  if (failure === "EADDRINUSE" && (await isDeskgate(listen.port)))
    return { level: "good", subject, text: "Deskgate is running on it" };
  if (failure === "EADDRINUSE") {
    return {
      level: "bad",
      subject,
      text: "taken by another program",
      advice: `Find it with "ss -ltnp sport = :${listen.port}", or choose another port with --listen.`,
    };
  }
  if (failure === "EACCES")
    return {
      level: "bad",
      subject,
      text: "may not be used by this user",
      advice: "Choose a port above 1023, or grant CAP_NET_BIND_SERVICE.",
    };
  return {
    level: "bad",
    subject,
    text: `cannot listen on ${listen.host} (${failure})`,
    advice: "Choose an address of this host with --listen.",
  };
}

function tryListen({ host, port }: HostPort): Promise<string | undefined> {
  const server = createServer();
  return new Promise((done) => {
    server.once("error", (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
    server.listen({ host, port }, () => server.close(() => done(undefined)));
  });
}

/** Asks whoever listens for the status that only Deskgate gives. The certificate is not looked at: nothing secret is sent. */
function isDeskgate(port: number): Promise<boolean> {
  return new Promise((done) => {
    const asked = request(
      {
        host: "localhost",
        port,
        path: "/api/v1/status",
        rejectUnauthorized: false,
        timeout: ASK_DEADLINE_MS,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          text = (text + piece).slice(0, 1000);
        });
        response.on("end", () => done(OUR_ANSWERS.some((known) => text.includes(known))));
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("error", () => done(false));
    asked.end();
  });
}
