export { AppServerRunner } from "./app-server/app-server-runner.ts";
export { type AgentLoopEnded, agentLoopChannelName } from "./agent-loop-channel.ts";
export type { AgentLoopInput, AgentLoopResult, AgentLoopStep } from "./agent-loop.ts";
export type { BudgetName, RunBudgets } from "./bounds/run-budgets.ts";
export {
  type RunPolicy,
  type ToolFailurePolicy,
  toolFailurePolicies,
} from "./bounds/run-policy.ts";
export { BudgetError } from "./budget-error.ts";
export { CodexError, type CodexErrorDetails, type RunRemains } from "./codex-error.ts";
export { type CodexLaunch, type CodexLaunchOptions, CodexLauncher } from "./codex-launcher.ts";
export type {
  CodexRunner,
  CodexRunnerInput,
  CodexThread,
  CodexThreadInput,
  CodexTurnInput,
  TurnObserver,
} from "./codex-runner.ts";
export {
  CodexKtxLlmRuntime,
  type GenerateObjectInput,
  type GenerateTextInput,
} from "./codex-runtime.ts";
export type { CodexTransport } from "./create-runner.ts";
export type { InspectCodexOptions } from "./inspect/inspect-options.ts";
export {
  type CodexBinary,
  readCodexVersion,
  testedCodexVersions,
} from "./inspect/read-codex-version.ts";
export { type CodexModel, type CodexModels, readModels } from "./inspect/read-models.ts";
export { readSignIn, type ReadSignInOptions, type SignIn } from "./inspect/read-sign-in.ts";
export type { HostInfluence } from "./isolation/host-influences.ts";
export { IsolationError, type IsolationProblem } from "./isolation/isolation-error.ts";
export {
  type ContactedHost,
  formatIsolationReport,
  type IsolationReport,
  type UserFile,
} from "./isolation/isolation-report.ts";
export type { IsolationMode } from "./isolation/prepare-launch.ts";
export {
  type CodexAuthProbeResult,
  type CodexProbeInput,
  type CodexProbeOutcome,
  probeCodex,
  runCodexAuthProbe,
} from "./probe-codex.ts";
export { killProcessTree } from "./process/kill-process-tree.ts";
export type { LimitFailure } from "./rate-limit/limit-failure.ts";
export type { RateLimitEvent } from "./rate-limit/rate-limit-event.ts";
export {
  type GovernedWork,
  RateLimitGovernor,
  type RateLimitGovernorOptions,
} from "./rate-limit/rate-limit-governor.ts";
export type { WorkOutcome } from "./rate-limit/work-outcome.ts";
export { checkModel, defaultCodexModel, type ModelSlots } from "./resolve-model.ts";
export type { ResponsesEndpoint } from "./responses-endpoint.ts";
export type { AgentLoopMetrics, RunMetrics } from "./run-metrics.ts";
export { RuntimeInputError, type RuntimeInputProblem } from "./runtime-input-error.ts";
export type { CodexRuntimeOptions, StartMcpServer } from "./runtime-options.ts";
export type { OnWarning, RuntimeWarning } from "./runtime-warning.ts";
export { SdkCodexRunner } from "./sdk-codex-runner.ts";
export { codexToolName, codexToolNames } from "./tools/codex-tool-name.ts";
export { ToolCallError } from "./tool-call-error.ts";
export type { ToolCallReport } from "./turn/tool-call-log.ts";
export {
  compileOutputSchema,
  type CompiledOutputSchema,
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
export { OutputValidationError } from "./output-validation-error.ts";
