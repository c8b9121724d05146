export {
  type AnnouncedWait,
  AnnouncedWaits,
  headerLogFilter,
  type OnWait,
  retryLogFilter,
} from "./announced-waits.ts";
export { cacheFolder, signInHome, userHome } from "./cache-folder.ts";
export { childEnvironment, type ChildEnvironmentInput } from "./child-environment.ts";
export { dataFolder } from "./data-folder.ts";
export { forgetDeletedThreads } from "./open-isolated-home.ts";
export { configArguments } from "./config-arguments.ts";
export { type HostInfluence, readInfluences } from "./host-influences.ts";
export {
  type ContactedHost,
  formatIsolationReport,
  type IsolationReport,
  type UserFile,
} from "./isolation-report.ts";
export {
  buildLeanCatalog,
  defaultBaseInstructions,
  type ModelCatalog,
  parseCatalog,
} from "./lean-catalog.ts";
export {
  boundedSettings,
  type IsolationSetting,
  nestSettings,
  strictSettings,
} from "./isolation-settings.ts";
export { ignoredSettings } from "./ignored-settings.ts";
export { hostKey } from "./host-key.ts";
export { linkSignIn, type LinkSignInInput } from "./link-sign-in.ts";
export { machineFolder, readMachineServersOff } from "./administrator-settings.ts";
export { makeFolder } from "./make-folder.ts";
export {
  type CodexHost,
  type IsolationMode,
  prepareHost,
  type PrepareHostInput,
} from "./prepare-host.ts";
export { type IsolationScene, readIsolationReport } from "./read-isolation-report.ts";
export { readLeanCatalog, type ReadLeanCatalogInput } from "./read-lean-catalog.ts";
export { removeLeftSchemas, type LeftSchemasInput } from "./remove-left-schemas.ts";
export { findRunEndpoint, type RunEndpoint } from "./run-endpoint.ts";
export { SignInError, type SignInProblem } from "./sign-in-error.ts";
export { parseSlotName, type SlotOwner } from "./slot-name.ts";
export { claimStateSlot, type SlotLimits, type StateSlot } from "./state-slots.ts";
