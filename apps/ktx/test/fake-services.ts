import type { Services } from "../src/services.ts";

/** Services of which only those given may be asked for. */
export function fakeServices(given: Partial<Services>): Services {
  const fail = (): Promise<never> => Promise.reject(new Error("This service is not asked for."));
  return {
    runDemo: fail,
    runAgentDemo: fail,
    runAgent: fail,
    runObject: fail,
    runPrompts: fail,
    readBatches: fail,
    runChat: fail,
    explainRun: fail,
    signIn: fail,
    setUp: fail,
    askAndSetUp: fail,
    readStatus: fail,
    listModels: fail,
    listThreads: fail,
    deleteThreads: fail,
    setUpAgent: fail,
    askWiki: fail,
    serveMcp: fail,
    serveWiki: fail,
    replayRun: fail,
    writeReport: fail,
    checkRecording: fail,
    serveSim: fail,
    readLogs: fail,
    reportBug: fail,
    checkConfig: fail,
    ingest: fail,
    planIngest: fail,
    remember: fail,
    scan: fail,
    runWorker: fail,
    listProposals: fail,
    reviewProposal: fail,
    editProposal: fail,
    undoApply: fail,
    ...given,
  };
}
