export { startCodexSim, type CodexSim, type CodexSimOptions } from "./start-codex-sim.ts";
export { answering, type SimScript } from "./script.ts";
export { type LimitedPlan, limitedPlan } from "./limited-plan.ts";
export {
  dropConnection,
  neverAnswer,
  rawAnswer,
  refuse,
  reply,
  type ReplyOptions,
  type SimFinish,
  type SimReply,
  type SimUsage,
  usedUpPlan,
} from "./sim-reply.ts";
export {
  customToolCall,
  partialText,
  rawEvent,
  rawItem,
  reasoning,
  refusal,
  text,
  toolCall,
  type SimItem,
  type SseEvent,
} from "./sim-item.ts";
export type { SimImage, SimRequest, ToolOutput } from "./sim-request.ts";
export type { OtherRequest } from "./other-request.ts";
export { fingerprint } from "./redact-headers.ts";
export { findStrictSchemaProblem } from "./strict-schema.ts";
export {
  strictSchemaRefusal,
  type StrictSchemaProblem,
  type StrictSchemaRefusal,
} from "./strict-schema-problem.ts";
export { parseFaults, type SimFault, type SimFaults } from "./faults.ts";
export type { JournalEntry } from "./journal.ts";
export { parseScript } from "./parse-script.ts";
export { type RecordedExchange, recordedScript } from "./recorded-script.ts";
export {
  type ForwardedRequest,
  recordService,
  type RecordServiceOptions,
} from "./record-service.ts";
