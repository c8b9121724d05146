export { type ContractCase, type MakeStore, type StoreUnderTest } from "./contract-case.ts";
export { type ModelStep, replayOnModel } from "./replay-on-model.ts";
export { unitStoreContract } from "./unit-store-contract.ts";
