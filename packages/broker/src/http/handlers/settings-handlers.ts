/** Handlers of the site's settings and of what the program says of itself. */
import type { HealthDetail } from "@deskgate/contract";
import type { Health } from "../../features/about/service.ts";
import type { Handlers } from "../handler.ts";
import { timeReply } from "../replies.ts";
import type { Services } from "../services.ts";
import { actorOf } from "./actor.ts";
import { gatewayReply } from "./gateway-handlers.ts";

type SettingsRoutes = "getSite" | "getAnnouncement" | "getSettings" | "updateSettings" | "getAbout";

export function settingsHandlers({ settings, about }: Services): Pick<Handlers, SettingsRoutes> {
  return {
    getSite: () => settings.readSite(),
    getAnnouncement: async () => ({ announcement: await settings.readAnnouncement() }),
    getSettings: () => settings.read(),
    updateSettings: ({ body, caller, client }) =>
      settings.update(body, actorOf(caller, client), client.ifVersion),
    getAbout: async ({ caller }) => {
      const { startedAt, ...program } = about.readProgram();
      const mayRead = caller.permissions.includes("settings.read");
      const health = mayRead ? healthReply(await about.readHealth()) : null;
      return { ...program, startedAt: timeReply(startedAt), health };
    },
  };
}

function healthReply({ database, gateways, program }: Health): HealthDetail {
  const { certificate, syslog, lastBackupAt, runtime } = program;
  return {
    database,
    runtime: runtime ?? null,
    gateways: gateways.map(gatewayReply).map(({ id, name, kind, state, version, openConnections }) => ({
      ...{ id, name, kind, state, version, openConnections },
    })),
    certificate: certificate
      ? { expiresAt: timeReply(certificate.expiresAt), isSelfSigned: certificate.isSelfSigned }
      : null,
    syslog: syslog ?? null,
    lastBackupAt: lastBackupAt === undefined ? null : timeReply(lastBackupAt),
  };
}
