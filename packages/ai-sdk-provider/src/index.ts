export { createKtx, type KtxOptions, type KtxProvider } from "./create-ktx.ts";
