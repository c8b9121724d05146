export { ForeignProgramError, MissingAppServerError } from "./foreign-program-error.ts";
export { makeRecordWellFormed } from "./make-well-formed.ts";
export { type MendedOutput, mendOutput } from "./mend-output.ts";
export { OutputLimitError, outputLimits, type OutputLimits } from "./output-limit-error.ts";
export { ownCodex, type OwnCodexInput } from "./own-codex.ts";
export { PendingWaits } from "./pending-waits.ts";
export { ProcessFailure } from "./process-failure.ts";
export { TurnEndedError } from "./turn-ended-error.ts";
export type { RpcRefusal, TurnExit } from "./turn-exit.ts";
