import {
  openThread,
  openUnlessAborted,
  type ProcessLease,
  type ServerThread,
} from "@ktx/app-server";
import { TurnEndedError } from "@ktx/codex-process";
import { codexToolName, DynamicTools } from "@ktx/codex-tools";
import { threadConfig } from "../thread-config.ts";
import { toolNamespace } from "../tools/tool-server-config.ts";
import { ToolServer } from "../tools/tool-server.ts";
import type { ThreadInput } from "../transport.ts";
import type { WarmCodex } from "./warm-codex.ts";

type ThreadSettings = Readonly<Record<string, unknown>>;

/** Opens one thread in a warm process, with its tools, and holds all that it needs until it is disposed. */
export class ThreadOpener implements AsyncDisposable {
  /** Tools behind a server; absent where they are dynamic. */
  readonly server: ToolServer | undefined;
  readonly dynamicTools: DynamicTools | undefined;
  readonly #codex: WarmCodex;
  readonly #input: ThreadInput;
  #lease: ProcessLease | undefined;
  #config: ThreadSettings = {};
  #tokens: readonly string[] = [];
  #thread: ServerThread | undefined;
  #lastTail = "";

  constructor(codex: WarmCodex, input: ThreadInput) {
    this.#codex = codex;
    this.#input = input;
    const isDynamic = codex.options.toolTransport === "dynamic" && input.tools.names.length > 0;
    this.server = isDynamic ? undefined : new ToolServer(codex.options, input);
    this.dynamicTools = isDynamic ? new DynamicTools(input.tools.toolSet, input.tools) : undefined;
    if (isDynamic) input.tools.onServed(true);
  }

  /** The end of the process's standard error, also after the thread has left it. */
  get stderrTail(): string {
    return this.#lease?.server.stderrTail ?? this.#lastTail;
  }

  /** Starts the server of the tools, and waits for a process. Returns the path of its binary. */
  async prepare(signal: AbortSignal): Promise<string> {
    const tools = await this.server?.start(signal);
    const { endpoint, settings } = this.#codex.options;
    // It travels on standard input, so the token of the tools may be in it.
    this.#config = threadConfig({
      thread: this.#input,
      endpoint,
      settings,
      server: tools && {
        url: tools.url,
        credential: { http_headers: { Authorization: `Bearer ${tools.bearerToken}` } },
      },
    });
    this.#tokens = tools ? [tools.bearerToken] : [];
    const { launch } = await this.#leaseProcess(signal);
    return launch.codexPath;
  }

  /**
   * Opens a thread with these base instructions, in the place of the one before. A warm process that cannot open it
   * may have lost its files since its start, or be gone: a fresh one decides.
   */
  async open(instructions: "ours" | "stock", signal: AbortSignal): Promise<ServerThread> {
    await this.#thread?.[Symbol.asyncDispose]();
    const lease = this.#lease ?? (await this.#leaseProcess(signal));
    try {
      this.#thread = await this.#start(lease, instructions, signal);
    } catch (error) {
      if (!lease.isWarm || !(error instanceof TurnEndedError) || signal.aborted) throw error;
      lease.retire();
      await this.#release();
      this.#thread = await this.#start(await this.#leaseProcess(signal), instructions, signal);
    }
    return this.#thread;
  }

  /** The process serves no further thread. */
  retireProcess(): void {
    this.#lease?.retire();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread?.[Symbol.asyncDispose]();
    await this.server?.[Symbol.asyncDispose]();
    await this.dynamicTools?.[Symbol.asyncDispose]();
    await this.#release();
  }

  async #leaseProcess(signal: AbortSignal): Promise<ProcessLease> {
    const lease = await this.#codex.lease([this.#input.model], this.#config, signal, {
      keepsThreads: this.#input.kept !== undefined,
    });
    this.#lease = lease;
    lease.launch.redactor.add(...this.#tokens);
    return lease;
  }

  async #release(): Promise<void> {
    const lease = this.#lease;
    this.#lastTail = this.stderrTail;
    this.#lease = undefined;
    lease?.launch.redactor.remove(...this.#tokens);
    await lease?.[Symbol.asyncDispose]();
  }

  #start(
    lease: ProcessLease,
    instructions: "ours" | "stock",
    signal: AbortSignal,
  ): Promise<ServerThread> {
    const { model, instructions: developerInstructions, kept, history, tools } = this.#input;
    const { reportsResponses = false, followsResponses = false } = this.#input;
    const { launcher } = this.#codex;
    const isolated = launcher.isolation === "strict";
    const way = this.server === undefined ? "dynamic" : "mcp";
    const isDynamic = way === "dynamic";
    const opening = openThread(
      lease.server,
      {
        kept,
        history: history?.map((item) =>
          item.type === "tool-call" ? { ...item, tool: codexToolName(item.tool, way) } : item,
        ),
        toolNamespace: isDynamic || tools.names.length === 0 ? undefined : toolNamespace,
        toolNames: isDynamic ? tools.names : [],
        model,
        workingDirectory: lease.launch.workingDirectory,
        config: this.#config,
        isolated,
        experimentalRawEvents: reportsResponses || followsResponses,
        ...(instructions === "ours" && { baseInstructions: launcher.baseInstructions }),
        ...(isolated && developerInstructions && { developerInstructions }),
        ...(this.dynamicTools && { dynamicTools: this.dynamicTools.specs }),
      },
      ({ method, params }) =>
        method === "item/tool/call" ? this.dynamicTools?.answer(params) : undefined,
    );
    return openUnlessAborted(opening, signal, () => lease.retire());
  }
}
