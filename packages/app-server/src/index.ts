export { AppServer, type AppServerOptions, type OpenedThread } from "./app-server.ts";
export {
  AppServerPool,
  type PoolLimits,
  type ProcessLease,
  type WantedProcess,
} from "./app-server-pool.ts";
export { fieldOf } from "./field-of.ts";
export { initialize, type ServerInfo } from "./initialize.ts";
export { findKeySignIn, type KeySignIn } from "./key-sign-in.ts";
export { readTextDelta, type TextDelta } from "./read-text-delta.ts";
export type { AppServerLaunch } from "./server-process.ts";
export { ServerThread, type TurnRequest } from "./server-thread.ts";
export {
  type InboxLimits,
  type RetryNotice,
  ThreadInbox,
  type ThreadMessage,
} from "./thread-inbox.ts";
export { type OnRequest } from "./thread-routes.ts";
export { startThread, type ThreadStart } from "./thread-start.ts";
export { UnansweredRequestError } from "./unanswered-request-error.ts";
export { UnexpectedAnswerError } from "./unexpected-answer-error.ts";
export { UnfitAppServerError } from "./unfit-app-server-error.ts";
export type { PreparedProcess } from "./warm-process.ts";
