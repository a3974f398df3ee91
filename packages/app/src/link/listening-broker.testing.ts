/**
 * A real broker that listens for gateways over real TLS, in a folder of its own, and real gateways that register and open
 * links to it. Whoever opens it closes it, and with it all links. Not part of the program.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Broker, type LinkListener, openBroker } from "@deskgate/broker";
import { type GatewayCalls, Secret } from "@deskgate/contract";
import {
  type CertificateStore,
  createNetworkLink,
  ensureRegistered,
  ensureSelfSigned,
  type GatewayIdentity,
  type NetworkLink,
  openCertificate,
} from "@deskgate/gateway";
import { listeningLog } from "./listening-log.testing.ts";

type LinkChanges = Partial<Pick<Parameters<typeof createNetworkLink>[0], "trust" | "nowMs">>;

interface Surroundings {
  readonly folder: string;
  readonly certificate: CertificateStore;
  /** What the broker writes into its log. */
  readonly told: ReturnType<typeof listeningLog>;
}

interface Running {
  readonly broker: Broker;
  readonly listener: LinkListener;
}

export class ListeningBroker {
  readonly folder: string;
  readonly certificate: CertificateStore;
  readonly told: ReturnType<typeof listeningLog>;
  readonly #links: NetworkLink[] = [];
  #running: Running;

  private constructor({ folder, certificate, told }: Surroundings, running: Running) {
    this.folder = folder;
    this.certificate = certificate;
    this.told = told;
    this.#running = running;
  }

  static async open(): Promise<ListeningBroker> {
    const folder = await mkdtemp(join(tmpdir(), "deskgate-link-"));
    const told = listeningLog();
    const files = { keyFile: join(folder, "k.pem"), certificateFile: join(folder, "c.pem") };
    await ensureSelfSigned(files);
    const surroundings = { folder, told, certificate: await openCertificate(files, told.log) };
    return new ListeningBroker(surroundings, await start(surroundings));
  }

  async close(): Promise<void> {
    for (const link of this.#links.splice(0)) link.close();
    await this.stop();
    this.certificate.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  get address() {
    return this.#running.listener.address;
  }

  get setup() {
    return this.#running.broker.setup;
  }

  async stop(): Promise<void> {
    await this.#running.listener.close();
    await this.#running.broker.close();
  }

  /** Once it was stopped. */
  async startAgain(port = 0, servesDirectly = false): Promise<void> {
    this.#running = await start(this, port, servesDirectly);
  }

  async register(name = "edge", directory = join(this.folder, name)): Promise<GatewayIdentity> {
    const { code } = await this.setup.createGatewayCode(undefined);
    const about = { broker: this.address, directory, name, version: "1" };
    const identity = await ensureRegistered({ ...about, code: new Secret(code) });
    if (!identity) throw new Error("not registered");
    return identity;
  }

  openLink(identity: GatewayIdentity, changes: LinkChanges = {}) {
    const atGateway = listeningLog();
    const link = createNetworkLink({
      ...{ address: this.address, identity, version: "1", log: atGateway.log },
      trust: { kind: "pinned", fingerprint: identity.brokerFingerprint },
      onRemoved: () => {},
      ...changes,
    });
    this.#links.push(link);
    const { gatewayId } = identity;
    const join = async () => void (await link.broker.register({ gatewayId, openConnectionIds: [] }));
    void link.open(GATEWAY_CALLS, join);
    return { link, ...atGateway };
  }
}

const nothing = async () => ({});

const GATEWAY_CALLS: GatewayCalls = {
  reserve: nothing,
  revoke: async ({ connectionIds }) => ({ closed: connectionIds.length }),
  probe: async () => ({ isReachable: true, tookMs: 1, detail: "" }),
  wake: async () => ({ isSent: true, sentTo: "192.0.2.255:9", detail: "" }),
};

async function start(
  { folder, certificate, told }: Surroundings,
  port = 0,
  servesDirectly = false,
): Promise<Running> {
  const broker = await openBroker({
    database: { kind: "sqlite", file: join(folder, "db.sqlite") },
    ...{ sealingKey: new Uint8Array(32), log: told.log },
    ...{ version: "1", consoleDirectory: undefined, linkFingerprint: () => certificate.fingerprint() },
  });
  const tls = certificate.material();
  const listen = { host: "127.0.0.1", port };
  return { broker, listener: await broker.listenForGateways({ listen, tls, servesDirectly }) };
}
