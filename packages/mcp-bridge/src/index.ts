export { ToolBridgeError, type ToolBridgeErrorCode } from "./bridge-error.ts";
export type { ToolBridgeLimits } from "./bridge-limits.ts";
export {
  type BridgedTool,
  defineTool,
  type ToolContext,
  type ToolDefinition,
  type ToolProgress,
} from "./bridged-tool.ts";
export { type ApprovalContext, type ApprovedCall, approveCall } from "./approve-call.ts";
export type {
  ApproveToolCall,
  ToolCallToApprove,
  ToolDecision,
  ToolVerdict,
} from "./tool-approval.ts";
export { callTool } from "./call-tool.ts";
export { executeTool, type ToolExecution, toolExecutionChannelName } from "./tool-execution.ts";
export { connectMcpTools, type McpTools, type McpToolsOptions } from "./connect-mcp-tools.ts";
export type { McpCommand, McpServer, McpUrl } from "./mcp-client/mcp-server.ts";
export {
  connectToolSet,
  type ToolConnection,
  type ToolConnectionOptions,
} from "./connect-tool-set.ts";
export { joinObservers } from "./join-observers.ts";
export type { InputOf, ObjectSchema, OutputOf } from "./object-schema.ts";
export { serveOverStdio, type ServeOverStdioOptions } from "./serve-over-stdio.ts";
export { startToolBridge, type ToolBridgeOptions } from "./start-tool-bridge.ts";
export type { ObserverErrorHandler } from "./observer-list.ts";
export {
  bearerTokenEnvVar,
  type ObservableToolBridge,
  type ToolBridgeHandle,
} from "./tool-bridge-handle.ts";
export { createToolHost, type ToolHost, type ToolHostOptions } from "./tool-host.ts";
export { type ExecutionListener, observeExecution } from "./observe-execution.ts";
export type { ToolCall, ToolCallResult, ToolObserver, ToolsListed } from "./tool-observer.ts";
export type { ToolOutput } from "./tool-result.ts";
export { wholeContent } from "./whole-content.ts";
export type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
export {
  defaultToolTimeoutMs,
  maxToolNameLength,
  type ResolvedTool,
  resolveToolSet,
  type ToolSet,
} from "./tool-set.ts";
