import { createKtx as create, type KtxOptions, type KtxProvider } from "../src/index.ts";

/** The provider of an example, with a stand-in service in place of the user's account. */
export function createKtx(options: KtxOptions = {}): KtxProvider {
  return create({ endpoint: { baseUrl: process.env["STAND_IN"] ?? "" }, ...options });
}

export const ktx: KtxProvider = createKtx();
