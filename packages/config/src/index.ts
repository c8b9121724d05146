export type { ConfigChanges } from "./config-changes.ts";
export { ConfigError } from "./config-error.ts";
export { describeProblem, type ConfigProblem, type ConfigProblemCode } from "./config-problem.ts";
export {
  findProject,
  type FindProjectOptions,
  type ProjectDiscovery,
  type ProjectRule,
} from "./find-project.ts";
export {
  describeModelRefusal,
  type ModelRefusal,
  refuseModel,
  setupLine,
  setupStep,
} from "./model-refusal.ts";
export { parseConfig, type ParsedConfig } from "./parse-config.ts";
export { readConfig, type ConfigReading, type ReadConfigOptions } from "./read-config.ts";
export {
  resolveConfig,
  type CodexSettings,
  type ResolvedConfig,
  type ResolvedModels,
} from "./resolve-config.ts";
export { assessStatus, type StatusReport } from "./status/assess-status.ts";
export type { Check, CheckId } from "./status/check.ts";
export { describeStatus, type StatusStyler } from "./status/describe-status.ts";
export type {
  AccountWindow,
  CodexBinaryProbe,
  IsolationProbe,
  LimitsProbe,
  ListedModel,
  ModelCatalogProbe,
  NotRun,
  SignInProbe,
  StatusInput,
  TurnProbe,
  VersionRange,
} from "./status/status-input.ts";
export { nearestName } from "./nearest-name.ts";
export { countOf, type Noun } from "./count-of.ts";
export { updateConfigText } from "./update-config-text.ts";
export { writeConfig, type ConfigWriting, type WriteConfigOptions } from "./write-config.ts";
export {
  isolationModes,
  llmBackends,
  modelRoles,
  writtenConfigSchema,
  type IsolationMode,
  type LlmBackend,
  type ModelRole,
  type WrittenConfig,
} from "./config-schema.ts";
