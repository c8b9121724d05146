import type { AccountLimits } from "./failure/account-limits.ts";
import type { CodexErrorInfo } from "./failure/codex-error-info.ts";

/**
 * One event of a Codex thread, in the spelling of `codex exec --experimental-json` (0.163.0),
 * checked.
 *
 * Only fields that a consumer can use are declared, and a field that Codex sent as `null` is absent. An event
 * outside of this union is `unrecognized`, so a newer Codex never crashes a reader.
 */
export type ThreadEvent =
  | ThreadStartedEvent
  | TurnStartedEvent
  | ItemEvent
  | TurnCompletedEvent
  | TurnFailedEvent
  | ThreadErrorEvent
  | ResponseCallEvent
  | ResponseCompletedEvent
  | UnrecognizedEvent
  | MalformedEvent;

/** Repeated, with the same id, when a thread is resumed. */
export interface ThreadStartedEvent {
  readonly type: "thread.started";
  readonly thread_id?: string;
}

export interface TurnStartedEvent {
  readonly type: "turn.started";
}

/**
 * `agent_message`, `reasoning` and `error` come only as `item.completed`; a started item may never
 * complete.
 */
export interface ItemEvent {
  readonly type: "item.started" | "item.updated" | "item.completed";
  readonly item: ThreadItem;
}

/** Terminal. A turn may complete without any message, so this does not prove an answer. */
export interface TurnCompletedEvent {
  readonly type: "turn.completed";
  readonly usage?: CodexUsage;
}

/** Terminal. An API error is a text in `message` that may itself be JSON, HTML or empty. */
export interface TurnFailedEvent {
  readonly type: "turn.failed";
  readonly error: { readonly message: string } & ErrorFacts;
}

/** Provisional: Codex reports each reconnect this way, and may still complete the turn. */
export interface ThreadErrorEvent extends ErrorFacts {
  readonly type: "error";
  readonly message: string;
}

/** The facts that the app-server sends beside the message; `codex exec` (0.163.0) does not print them. */
export interface ErrorFacts {
  readonly info?: CodexErrorInfo;
  /** The use of the account's limits, as last reported. */
  readonly limits?: AccountLimits;
  /** Milliseconds that the service asks to wait before the next request (`retry-after`). */
  readonly retryAfterMs?: number;
}

/**
 * A call of a tool in a response of the model, as soon as the model has written it. Codex makes the calls of a response
 * one after the other, each with its `item.started` of this id. Only from the app-server, for a thread that asks for it.
 */
interface ResponseCallEvent {
  readonly type: "response.call";
  readonly id: string;
  readonly tool: string;
  /** The arguments as the model wrote them: JSON, or not. */
  readonly arguments: string;
}

/** A response of the model is complete; its calls may still wait. Only where `response.call` comes, too. */
interface ResponseCompletedEvent {
  readonly type: "response.completed";
  /** The service's id of the response. */
  readonly id?: string;
  /** Tokens of this response alone. */
  readonly usage?: CodexUsage;
}

/** JSON that is not one of the above, or a known item without its text. */
export interface UnrecognizedEvent {
  readonly type: "unrecognized";
  readonly raw: unknown;
}

/** A line that is not JSON, such as the last one of a killed process. */
export interface MalformedEvent {
  readonly type: "malformed";
  readonly line: string;
}

/** Token counts as Codex reports them: for the whole thread so far, not for the turn alone. */
export interface CodexUsage {
  readonly input_tokens?: number;
  readonly cached_input_tokens?: number;
  /** 0 also where the service reports none (0.163.0). */
  readonly cache_write_input_tokens?: number;
  readonly output_tokens?: number;
  readonly reasoning_output_tokens?: number;
  readonly total_tokens?: number;
}

export type ThreadItem =
  | AgentMessageItem
  | ReasoningItem
  | CommandExecutionItem
  | FileChangeItem
  | McpToolCallItem
  | WebSearchItem
  | TodoListItem
  | ErrorItem;

interface ItemIdentity {
  /** Unique within a turn; starts again at `item_0` in the next one. */
  readonly id?: string;
}

export interface AgentMessageItem extends ItemIdentity {
  readonly type: "agent_message";
  readonly text: string;
}

export interface ReasoningItem extends ItemIdentity {
  readonly type: "reasoning";
  readonly text: string;
}

export interface CommandExecutionItem extends ItemIdentity {
  readonly type: "command_execution";
  readonly command?: string;
  /** Standard output and error, interleaved; Codex cuts it at about 1 MiB. */
  readonly aggregated_output?: string;
  readonly exit_code?: number;
  /** `in_progress`, `completed`, `failed` or a word of a newer Codex. */
  readonly status?: string;
}

export interface FileChangeItem extends ItemIdentity {
  readonly type: "file_change";
  readonly changes: readonly FileChange[];
  readonly status?: string;
}

export interface FileChange {
  /** Absolute. */
  readonly path: string;
  /** `add`, `update` or `delete`. */
  readonly kind?: string;
}

export interface McpToolCallItem extends ItemIdentity {
  readonly type: "mcp_tool_call";
  readonly server?: string;
  /** From `tool`, or in older shapes `name` or `tool_name`; `unnamed` when Codex sent none. */
  readonly tool: string;
  /** The arguments as the model sent them. */
  readonly arguments?: unknown;
  readonly result?: McpToolResult;
  /** Present only when Codex sent a populated error; a successful call has `error: null`. */
  readonly error?: { readonly message?: string };
  readonly status?: string;
}

export interface McpToolResult {
  /** MCP content blocks. A result over 1 MiB is rewritten by Codex into one text block. */
  readonly content: readonly unknown[];
  readonly structured_content?: unknown;
}

export interface WebSearchItem extends ItemIdentity {
  readonly type: "web_search";
  readonly query?: string;
  /** `{ type: "search" | "open_page" | "find_in_page" | … }`. */
  readonly action?: unknown;
}

export interface TodoListItem extends ItemIdentity {
  readonly type: "todo_list";
  readonly items: readonly TodoItem[];
}

export interface TodoItem {
  readonly text: string;
  readonly completed: boolean;
}

/** A warning, never a failure; the same one may come twice. */
export interface ErrorItem extends ItemIdentity {
  readonly type: "error";
  readonly message: string;
}
