export { adoptChildProcess } from "./adopt-child-process.ts";
export { drainOutput } from "./drain-output.ts";
export { endProcesses, type EndingPatience } from "./end-processes.ts";
export { firstBytes } from "./first-bytes.ts";
export { guardProcessGroup, killProcessGroup } from "./guard-process-group.ts";
export { killOnExit } from "./kill-on-exit.ts";
export { killProcessTree } from "./kill-process-tree.ts";
export {
  type EndingLadder,
  endingLadder,
  OwnedProcess,
  type OwnedProcessOptions,
} from "./owned-process.ts";
export {
  findDescendants,
  type KnownProcess,
  parseProcStat,
  parsePs,
  readDescendants,
  readSurvivors,
} from "./process-tree.ts";
export { type OutputName, replaceOutput } from "./replace-output.ts";
export { type StderrTail, TextTail } from "./stderr-tail.ts";
