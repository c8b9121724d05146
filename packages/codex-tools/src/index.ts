export {
  type DynamicToolAnswer,
  type DynamicToolListener,
  DynamicTools,
  type DynamicToolSpec,
} from "./dynamic-tools.ts";
export { codexToolName, codexToolNames, type ToolTransport } from "./codex-tool-name.ts";
export { copyTool } from "./copy-tool.ts";
export { type OfferedInput, offerInput } from "./offer-input.ts";
export { offerToCodex } from "./offer-to-codex.ts";
export { schemaForCodex } from "./schema-for-codex.ts";
export { type ReportedCall, type ToolDecided, ToolDecisions } from "./tool-decisions.ts";
export { wrapTools } from "./wrap-tools.ts";
export { withApproval } from "./with-approval.ts";
export { withNotice } from "./with-notice.ts";
