export { ToolBridgeError, type ToolBridgeErrorCode } from "./bridge-error.ts";
export {
  type BridgedTool,
  defineTool,
  type ToolContext,
  type ToolDefinition,
} from "./bridged-tool.ts";
export { callTool } from "./call-tool.ts";
export {
  bearerTokenEnvVar,
  startToolBridge,
  type ToolBridgeHandle,
  type ToolBridgeOptions,
} from "./start-tool-bridge.ts";
export type { ToolOutput } from "./tool-result.ts";
export { maxToolNameLength, type ResolvedTool, resolveToolSet, type ToolSet } from "./tool-set.ts";
