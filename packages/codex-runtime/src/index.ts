export type {
  AgentLoopEnd,
  AgentLoopInput,
  AgentLoopResult,
  AgentLoopStep,
  AgentLoopWork,
} from "./run/agent-loop.ts";
export {
  type Budget,
  type BudgetName,
  budgetNames,
  budgets,
  type BudgetUse,
  type RunBudgets,
} from "./values/budgets.ts";
export { type RunPolicy, toolFailurePolicies, type ToolFailurePolicy } from "./run/run-policy.ts";
export { BudgetError } from "./values/budget-error.ts";
export { CodexError, type CodexErrorDetails, type RunRemains } from "./values/codex-error.ts";
export type { CodexLaunchOptions } from "./transport/codex-launcher.ts";
export type { CodexRunner, CodexRunnerInput } from "./transport/codex-runner.ts";
export { CodexKtxLlmRuntime } from "./codex-runtime.ts";
export type {
  GenerateObjectInput,
  GenerateTextInput,
  LlmRuntime,
  LlmThread,
  LlmThreadInput,
  ResumeThreadInput,
  ThreadLoopInput,
  ThreadObjectInput,
  ThreadTextInput,
} from "./llm-runtime.ts";
export type {
  AttemptTrace,
  CallTrace,
  ResponseTrace,
  RunTrace,
  ToolCallTrace,
  TurnTrace,
} from "./run/run-trace.ts";
export { runTraceChannelName } from "./run/trace-span.ts";
export type { CodexTransport } from "./transport/create-transport.ts";
export type { ToolTransport } from "./transport/tools/tool-transport.ts";
export type { ThreadStore } from "./run/kept-threads.ts";
export type {
  HistoryItem,
  KeptThread,
  KeptThreads,
  StoredMessage,
  StoredThread,
} from "@ktx/app-server";
export type { ToolOffer } from "./transport/tools/tool-offer.ts";
export type { RpcRefusal, TurnExit } from "@ktx/codex-process";
export type {
  ThreadInput,
  Transport,
  TransportAbilities,
  TransportThread,
  TurnInput,
  TurnSignal,
} from "./transport/transport.ts";
export type { TextPart } from "./run/answer-text.ts";
export type { ObjectStream } from "./run/object-stream.ts";
export type { RetryWait, RunCallbacks } from "./run/run-callbacks.ts";
export type { RunStream, TextStreamEvent } from "./run/run-stream.ts";
export type { TextStream } from "./run/text-stream.ts";
export { findStartProblem, type StartProblem } from "./values/find-start-problem.ts";
export { type ErrorEnd, findRunEnd, type RunEnd, type UnfinishedEnd } from "./values/run-end.ts";
export {
  type CodexBinary,
  type CodexModel,
  type CodexModels,
  type InspectCodexOptions,
  readCodexVersion,
  readModels,
  readSignIn,
  type ReadSignInOptions,
  type SignIn,
  testedCodexVersions,
} from "@ktx/codex-binary";
export type { HostInfluence, IsolationMode } from "@ktx/codex-home";
export { IsolationError, type IsolationProblem } from "./isolation/isolation-error.ts";
export {
  type ContactedHost,
  formatIsolationReport,
  type IsolationReport,
  type UserFile,
} from "@ktx/codex-home";
export {
  type CodexAuthProbeResult,
  type CodexProbeInput,
  type CodexProbeOutcome,
  probeCodex,
  runCodexAuthProbe,
} from "./probe-codex.ts";
export { killProcessTree } from "@ktx/child-process";
export type { LimitFailure } from "./rate-limit/limit-failure.ts";
export {
  type GovernedWork,
  type RateLimitEvent,
  RateLimitGovernor,
  type RateLimitGovernorOptions,
} from "./rate-limit/rate-limit-governor.ts";
export type { ImageSource, LoadedImage } from "@ktx/images";
export type { ReadReportInput as ReadLimitsInput } from "@ktx/rate-limits";
export type { UsageWindow, WorkOutcome } from "@ktx/rate-limits";
export { checkModel, defaultCodexModel, type ModelSlots } from "./values/resolve-model.ts";
export type { ResponsesEndpoint } from "./values/responses-endpoint.ts";
export type { AgentLoopMetrics, RunMetrics } from "./values/run-metrics.ts";
export { RuntimeInputError, type RuntimeInputProblem } from "./values/runtime-input-error.ts";
export type { CodexRuntimeOptions } from "./runtime-options.ts";
export type { StartMcpServer } from "./transport/tools/tool-server.ts";
export type { OnWarning, RuntimeWarning } from "./values/runtime-warning.ts";
export { SdkCodexRunner } from "./transport/exec/sdk-codex-runner.ts";
export { codexToolName, codexToolNames } from "@ktx/codex-tools";
export { describeToolFailures, ToolCallError } from "./values/tool-call-error.ts";
export type { ToolCallReport } from "./values/tool-call-report.ts";
export {
  compileOutputSchema,
  type CompiledOutputSchema,
  type DeepPartial,
  describeIssues,
  type JsonAnswer,
  type JsonSchemaSource,
  type OutputIssue,
  type OutputSchema,
  readJsonAnswer,
  type StandardSchema,
  UnsupportedOutputSchemaError,
  validateOutput,
  type ValidatedOutput,
} from "@ktx/structured-output";
export { OutputValidationError } from "./values/output-validation-error.ts";
