export { isCompletedAgentStep } from "./agent-step.ts";
export { describeItem } from "./describe-item.ts";
export {
  parseAccountLimits,
  type AccountCredits,
  type AccountLimits,
  type IndividualLimit,
  type LimitWindow,
} from "./failure/account-limits.ts";
export { quotaWindows, type QuotaWindow } from "./failure/quota-windows.ts";
export {
  classifyFacts,
  classifyFailure,
  type FailureContext,
  type FailureFacts,
} from "./failure/classify-failure.ts";
export { parseCodexErrorInfo, type CodexErrorInfo } from "./failure/codex-error-info.ts";
export { decideRetry, type RetryDecision, type RetryQuestion } from "./failure/decide-retry.ts";
export {
  type AdvisedFailure,
  type AdviceSurface,
  describeFailure,
} from "./failure/describe-failure.ts";
export { isModelsDoing, refusesInstructions } from "./failure/refuses-instructions.ts";
export { readReconnect, type Reconnect } from "./failure/read-reconnect.ts";
export type { ResetTime } from "./failure/reset-time.ts";
export {
  failureKinds,
  isFailureKind,
  type AuthProblem,
  buildFailure,
  type FailureKind,
  type TurnFailure,
} from "./failure/failure-kinds.ts";
export { parseThreadEvent, parseThreadEventLine } from "./parse-thread-event.ts";
export { reduceTurn } from "./reduce-turn.ts";
export { summarizeTurn, type TurnSummary } from "./summarize-turn.ts";
export type {
  AgentMessageItem,
  CodexUsage,
  CommandExecutionItem,
  ErrorFacts,
  ErrorItem,
  FileChange,
  FileChangeItem,
  ItemEvent,
  MalformedEvent,
  McpToolCallItem,
  McpToolResult,
  ReasoningItem,
  ThreadErrorEvent,
  ThreadEvent,
  ThreadItem,
  ThreadStartedEvent,
  TodoItem,
  TodoListItem,
  TurnCompletedEvent,
  TurnFailedEvent,
  TurnStartedEvent,
  UnrecognizedEvent,
  WebSearchItem,
} from "./thread-event.ts";
export { buildTokenUsage, tokenCounts, type TokenUsage } from "./token-usage.ts";
export { findToolFailure, type ToolFailure } from "./tool-failure.ts";
export { initialTurnState, type TurnFacts, type TurnState } from "./turn-state.ts";
