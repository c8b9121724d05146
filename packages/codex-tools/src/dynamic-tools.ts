import {
  type CallToolResult,
  createToolHost,
  resolveToolSet,
  type ToolHost,
  type ToolObserver,
  type ToolSet,
  wholeContent,
} from "@ktx/mcp-bridge";
import { codexToolName } from "./codex-tool-name.ts";

/** A tool as `thread/start` of the app-server takes it (`dynamicTools`, 0.163.0). */
export interface DynamicToolSpec {
  readonly name: string;
  readonly description: string;
  /** A JSON Schema. */
  readonly inputSchema: object;
}

/** The answer to `item/tool/call` (0.163.0). */
export interface DynamicToolAnswer {
  readonly contentItems: readonly DynamicContentItem[];
  /** False shows the model only the texts. */
  readonly success: boolean;
}

type DynamicContentItem =
  | { readonly type: "inputText"; readonly text: string }
  | { readonly type: "inputImage"; readonly imageUrl: string }
  | { readonly type: "inputAudio"; readonly audioUrl: string };

export interface DynamicToolListener {
  readonly observer: ToolObserver;
  /** Receives an error that the observer threw or rejected with. */
  readonly onObserverError: (error: unknown) => void;
}

/**
 * Tools that the app-server calls over its own pipe, one at a time, without an MCP server: the model sees exactly
 * these. They have the same host, limits, lanes and observers as over MCP.
 */
export class DynamicTools implements AsyncDisposable {
  readonly specs: readonly DynamicToolSpec[];
  /** The tools' own names by those under which the model sees them. */
  readonly ownNames: ReadonlyMap<string, string>;
  readonly #host: ToolHost;
  #turn = new AbortController();

  constructor(toolSet: ToolSet, heard: DynamicToolListener) {
    const tools = resolveToolSet(toolSet);
    this.specs = tools.map(({ listing: { name, description = "", inputSchema } }) => ({
      name: codexToolName(name, "dynamic"),
      description,
      inputSchema,
    }));
    this.ownNames = new Map(
      tools.map(({ tool: { name } }) => [codexToolName(name, "dynamic"), name]),
    );
    this.#host = createToolHost(tools, heard);
    // The request of the thread holds the tools, so no listing follows.
    this.#host.reportListed(undefined);
  }

  /** Never rejects: a malformed call, an unknown tool and a call that outlives the thread also get an answer. */
  async answer(params: unknown): Promise<DynamicToolAnswer> {
    const { tool, input, modelCallId } = readCall(params);
    const { signal } = this.#turn;
    const name = this.ownNames.get(tool) ?? tool;
    const result = await this.#host.call(name, input, {
      signal,
      progress: ignore,
      log: ignore,
      ...(modelCallId !== undefined && { modelCallId }),
    });
    return {
      contentItems: wholeContent(result).flatMap(toContentItem),
      success: result.isError !== true,
    };
  }

  /** Fires the signal of every call that still runs. */
  endTurn(): void {
    this.#turn.abort(new Error("The run has ended."));
    this.#turn = new AbortController();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.endTurn();
    return Promise.resolve();
  }
}

interface DynamicCall {
  readonly tool: string;
  readonly input: object;
  readonly modelCallId?: string;
}

/** `{ callId, tool, arguments }` */
function readCall(params: unknown): DynamicCall {
  const call = typeof params === "object" && params !== null ? params : {};
  const tool = "tool" in call && typeof call.tool === "string" ? call.tool : "";
  const input = "arguments" in call ? call.arguments : undefined;
  return {
    tool,
    input: typeof input === "object" && input !== null ? input : {},
    ...("callId" in call && typeof call.callId === "string" && { modelCallId: call.callId }),
  };
}

function toContentItem(block: CallToolResult["content"][number]): readonly DynamicContentItem[] {
  switch (block.type) {
    case "text":
      return [{ type: "inputText", text: block.text }];
    case "image":
      return [{ type: "inputImage", imageUrl: dataUrl(block.mimeType, block.data) }];
    case "audio":
      return [{ type: "inputAudio", audioUrl: dataUrl(block.mimeType, block.data) }];
    case "resource_link":
      return [{ type: "inputText", text: `${block.name}: ${block.uri}` }];
    case "resource":
      return "text" in block.resource
        ? [{ type: "inputText", text: block.resource.text }]
        : [{ type: "inputText", text: `${block.resource.uri} (binary, not shown)` }];
    default:
      return block satisfies never;
  }
}

function dataUrl(mimeType: string, base64: string): string {
  return `data:${mimeType};base64,${base64}`;
}

function ignore(): void {
  // The app-server takes no progress and no log of a dynamic call.
}
