export type { Proposal, ProposedClaim, Reviews, Verdict } from "./reviews.ts";
export { startWikiServer, type WikiServer, type WikiServerOptions } from "./start-wiki-server.ts";
