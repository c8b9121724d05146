export type { KtxCallSettings } from "./call-settings.ts";
export { createKtx, type KtxOptions, type KtxProvider } from "./create-ktx.ts";
export type { HostedTool } from "./hosted-tools.ts";
