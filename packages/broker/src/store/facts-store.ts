/** The facts of one way, for those who only want to know. */
import type { Protocol, Target } from "@deskgate/contract";
import type { ChoosingFacts } from "../domain/choosing.ts";
import type { FactsStore } from "../features/explain/ports.ts";
import { readFacts } from "./choosing-facts.ts";
import type { Database } from "./database.ts";

export class ChoosingFactsStore implements FactsStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async readFacts(request: Parameters<FactsStore["readFacts"]>[0]): Promise<ChoosingFacts | undefined> {
    return (await readFacts(this.#db, request)).get(request.poolId);
  }

  async findTarget(machineId: string, protocol: Protocol): Promise<Target | undefined> {
    const row = await this.#db
      .selectFrom("machines")
      .innerJoin("machineProtocols", "machineProtocols.machineId", "machines.id")
      .select(["machines.host", "machines.isDeclaredLocal", "machineProtocols.port"])
      .where("machines.id", "=", machineId)
      .where("machineProtocols.protocol", "=", protocol)
      .executeTakeFirst();
    return row && { host: row.host, port: row.port, isDeclaredLocal: row.isDeclaredLocal === 1 };
  }
}
