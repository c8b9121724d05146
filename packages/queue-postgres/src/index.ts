export {
  findPostgresStore,
  openPostgresStore,
  type PostgresStoreOptions,
} from "./open-postgres-store.ts";
export { pruneBatches, type PruneOptions } from "./prune-batches.ts";
