export { AppServer, type AppServerOptions, type OpenedThread } from "./app-server.ts";
export {
  AppServerPool,
  type PoolLimits,
  type ProcessLease,
  type WantedProcess,
} from "./app-server-pool.ts";
export { fieldOf } from "./field-of.ts";
export { findHistoryProblem, type HistoryItem } from "./history.ts";
export { initialize, type ServerInfo } from "./initialize.ts";
export { findKeySignIn, type KeySignIn } from "./key-sign-in.ts";
export { openUnlessAborted } from "./open-unless-aborted.ts";
export { readAccountLimits } from "./read-account-limits.ts";
export { readTextDelta, type TextDelta } from "./read-text-delta.ts";
export type { AppServerLaunch } from "./server-process.ts";
export { ServerThread, type TurnRequest } from "./server-thread.ts";
export { type InboxLimits, ThreadInbox, type ThreadMessage } from "./thread-inbox.ts";
export { type OnRequest } from "./thread-routes.ts";
export type { KeptThread, KeptThreads } from "./kept-thread.ts";
export { keptThreadsOf } from "./kept-threads-of.ts";
export { openThread, type ThreadOpening } from "./open-thread.ts";
export { StoredThreadError, type StoredThreadProblem } from "./stored-thread-error.ts";
export type { StoredThread } from "./stored-threads.ts";
export type { StoredMessage } from "./stored-turns.ts";
export { startThread, type ThreadStart } from "./thread-start.ts";
export { UnansweredRequestError } from "./unanswered-request-error.ts";
export { UnexpectedAnswerError } from "./unexpected-answer-error.ts";
export { UnfitAppServerError } from "./unfit-app-server-error.ts";
export type { PreparedProcess } from "./warm-process.ts";
