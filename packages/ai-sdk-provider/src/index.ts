export type { KtxCallSettings } from "./call-settings.ts";
export { createKtx, ktx, type KtxOptions, type KtxProvider } from "./create-ktx.ts";
export type { HostedTool } from "./hosted-tools.ts";
