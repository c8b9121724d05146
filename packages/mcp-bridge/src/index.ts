export { ToolBridgeError, type ToolBridgeErrorCode } from "./bridge-error.ts";
export type { ToolBridgeLimits } from "./bridge-limits.ts";
export {
  type BridgedTool,
  defineTool,
  type ToolContext,
  type ToolDefinition,
  type ToolProgress,
} from "./tool/bridged-tool.ts";
export { type ApprovalContext, type ApprovedCall, approveCall } from "./call/approve-call.ts";
export type {
  ApproveToolCall,
  ToolCallToApprove,
  ToolDecision,
  ToolVerdict,
} from "./tool/tool-approval.ts";
export { callTool } from "./call/call-tool.ts";
export {
  executeTool,
  type ToolExecution,
  toolExecutionChannelName,
} from "./call/tool-execution.ts";
export {
  connectMcpTools,
  type McpTools,
  type McpToolsOptions,
} from "./mcp-client/connect-mcp-tools.ts";
export type { McpCommand, McpServer, McpUrl } from "./mcp-client/mcp-server.ts";
export {
  connectToolSet,
  type ToolConnection,
  type ToolConnectionOptions,
} from "./server/connect-tool-set.ts";
export { joinObservers } from "./call/join-observers.ts";
export type { InputOf, ObjectSchema, OutputOf } from "./tool/object-schema.ts";
export { serveOverStdio, type ServeOverStdioOptions } from "./server/serve-over-stdio.ts";
export { startToolBridge, type ToolBridgeOptions } from "./server/start-tool-bridge.ts";
export type { ObserverErrorHandler } from "./call/observer-list.ts";
export {
  bearerTokenEnvVar,
  type ObservableToolBridge,
  type ToolBridgeHandle,
} from "./server/tool-bridge-handle.ts";
export { createToolHost, type ToolHost, type ToolHostOptions } from "./call/tool-host.ts";
export { type ExecutionListener, observeExecution } from "./call/observe-execution.ts";
export type { ToolCall, ToolCallResult, ToolObserver, ToolsListed } from "./call/tool-observer.ts";
export type { ToolOutput } from "./tool/tool-result.ts";
export { wholeContent } from "./mcp-client/whole-content.ts";
export type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
export {
  defaultToolTimeoutMs,
  maxToolNameLength,
  type ResolvedTool,
  resolveToolSet,
  type ToolSet,
} from "./tool/tool-set.ts";
