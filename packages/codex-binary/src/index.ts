export { CodexNotFoundError } from "./codex-not-found-error.ts";
export { findCodex } from "./find-codex.ts";
export { findCodexBinary, findPackagedBinary } from "./find-codex-binary.ts";
export type { InspectCodexOptions } from "./inspect-options.ts";
export { type CodexBinary, readCodexVersion, testedCodexVersions } from "./read-codex-version.ts";
export { readPackagedVersion } from "./read-packaged-version.ts";
export { type CodexModel, type CodexModels, parseModels, readModels } from "./read-models.ts";
export {
  parseLoginStatus,
  readSignIn,
  type ReadSignInOptions,
  type SignIn,
} from "./read-sign-in.ts";
export { resolveCodexPath } from "./resolve-codex-path.ts";
export {
  type CodexCommand,
  type CodexCommandResult,
  describeCommandError,
  runCodexCommand,
  signedOutEnvironment,
} from "./run-codex-command.ts";
