import type { MakeStore } from "@ktx/batch/testing";
import { openPostgresStore } from "../src/index.ts";
import type { TestPostgres } from "./start-postgres.ts";

let schemas = 0;

/** A name that no other store of this database has. */
export function newSchema(): string {
  schemas += 1;
  return `store_${process.pid}_${schemas}`;
}

/** Makes empty stores, each in a schema of its own. */
export function makeStoreIn(postgres: TestPostgres): MakeStore {
  return async (now) => {
    const schema = newSchema();
    return {
      open: () => openPostgresStore({ url: postgres.url(), schema, connections: 2, now }),
      [Symbol.asyncDispose]: async () => {
        await postgres.query(`DROP SCHEMA ${schema} CASCADE`);
      },
    };
  };
}
