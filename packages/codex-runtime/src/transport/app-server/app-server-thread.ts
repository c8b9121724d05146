import { buildTokenUsage } from "@ktx/codex-events";
import {
  beginServerTurn,
  type ServerTurn,
  translateNotification,
} from "@ktx/codex-events/app-server";
import type { ToolBridgeHandle } from "@ktx/mcp-bridge";
import { describeSurvivors } from "../../process/describe-survivors.ts";
import type { CodexLaunch, CodexLauncher } from "../codex-launcher.ts";
import { joinPrompt } from "../join-prompt.ts";
import type { OwnTransportOptions } from "../own-transport-options.ts";
import { threadConfig } from "../thread-config.ts";
import { DynamicTools } from "../tools/dynamic-tools.ts";
import { toolServerName } from "../tools/tool-server-config.ts";
import { ToolServer } from "../tools/tool-server.ts";
import type { ThreadInput, TransportThread, TurnInput, TurnSignal } from "../transport.ts";
import { AppServer } from "./app-server.ts";
import { initialize, startThread, startTurn } from "./app-server-requests.ts";
import { findKeySignIn } from "./key-sign-in.ts";
import { readTextDelta } from "./read-text-delta.ts";
import { TurnEndedError } from "../turn-ended-error.ts";

type ThreadSettings = Readonly<Record<string, unknown>>;

/**
 * A thread in its own app-server process, which lives from the first turn until the thread is disposed or a turn is
 * aborted.
 */
export class AppServerThread implements TransportThread {
  readonly #launcher: CodexLauncher;
  readonly #options: OwnTransportOptions;
  readonly #input: ThreadInput;
  readonly #tools: ToolServer | undefined;
  readonly #dynamicTools: DynamicTools | undefined;
  #launch: CodexLaunch | undefined;
  #server: AppServer | undefined;
  #threadId: string | undefined;
  #lastTurn: ServerTurn | undefined;
  #isOpen = true;

  constructor(launcher: CodexLauncher, options: OwnTransportOptions, input: ThreadInput) {
    this.#launcher = launcher;
    this.#options = options;
    this.#input = input;
    const isDynamic = options.toolTransport === "dynamic" && input.tools.names.length > 0;
    this.#tools = isDynamic ? undefined : new ToolServer(options, input);
    this.#dynamicTools = isDynamic ? new DynamicTools(input.tools) : undefined;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get stderrTail(): string {
    return this.#server?.stderrTail ?? "";
  }

  async *run(turn: TurnInput): AsyncGenerator<TurnSignal, void> {
    turn.signal.throwIfAborted();
    this.#checkOpen();
    const server = await this.#tools?.start(turn.signal);
    const config = this.#configOf(server);
    const tokens = server ? [server.bearerToken] : [];
    const launch = (this.#launch ??= await this.#prepare(config, tokens, turn.signal));
    if (this.#threadId !== undefined) {
      yield* this.#take(turn, launch, config);
      return;
    }
    yield* this.#launcher.takeTurn(this.#input.model, launch.codexPath, (instructions) =>
      this.#take(turn, launch, config, instructions),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    await this.#tools?.[Symbol.asyncDispose]();
    await this.#dynamicTools?.[Symbol.asyncDispose]();
    await this.#launch?.[Symbol.asyncDispose]();
    this.#launch = undefined;
  }

  /** The configuration of this thread alone. It travels on standard input, so the token of the tools may be in it. */
  #configOf(server: ToolBridgeHandle | undefined): ThreadSettings {
    const { endpoint, settings } = this.#options;
    return threadConfig({
      thread: this.#input,
      endpoint,
      settings,
      server: server && {
        url: server.url,
        credential: { http_headers: { Authorization: `Bearer ${server.bearerToken}` } },
      },
    });
  }

  #prepare(
    config: ThreadSettings,
    tokens: readonly string[],
    signal: AbortSignal,
  ): Promise<CodexLaunch> {
    return this.#launcher.launch({
      projectDir: this.#options.projectDir,
      models: [this.#input.model],
      config,
      configInArguments: false,
      tokens,
      signal,
    });
  }

  /** The open thread, unless instructions are given: then a new one, which starts with them. */
  async #threadOn(
    server: AppServer,
    launch: CodexLaunch,
    config: ThreadSettings,
    instructions: "ours" | "stock" | undefined,
  ): Promise<string> {
    if (this.#threadId !== undefined && instructions === undefined) return this.#threadId;
    const { model, instructions: developerInstructions } = this.#input;
    this.#lastTurn = undefined;
    this.#threadId = await startThread(server, {
      model,
      workingDirectory: launch.workingDirectory,
      config,
      ...(instructions === "ours" && { baseInstructions: this.#launcher.baseInstructions }),
      ...(launch.isolation === "strict" && developerInstructions && { developerInstructions }),
      ...(this.#dynamicTools && { dynamicTools: this.#dynamicTools.specs }),
    });
    return this.#threadId;
  }

  async *#take(
    turn: TurnInput,
    launch: CodexLaunch,
    config: ThreadSettings,
    instructions?: "ours" | "stock",
  ): AsyncGenerator<TurnSignal, void> {
    const { signal } = turn;
    signal.throwIfAborted();
    const terminate = (): void => void this.#server?.terminate();
    signal.addEventListener("abort", terminate, { once: true });
    let taken: ServerTurn | undefined;
    try {
      const server = this.#server ?? (await this.#start(launch, config));
      const threadId = await this.#threadOn(server, launch, config, instructions);
      yield { type: "event", event: { type: "thread.started", thread_id: threadId } };
      const turnId = await startTurn(server, threadId, { ...turn, prompt: this.#promptOf(turn) });
      taken = beginServerTurn(
        { threadId, turnId, ...(this.#dynamicTools && { dynamicServer: toolServerName }) },
        this.#lastTurn,
      );
      while (!taken.ended) {
        const notification = await server.next();
        if (notification.type === "retry") {
          yield notification;
          continue;
        }
        const delta = readTextDelta(taken, notification);
        if (delta !== undefined) yield { type: "text-delta", ...delta };
        const { turn: next, events } = translateNotification(taken, notification);
        if (next.usage !== undefined && next.usage !== taken.usage)
          yield { type: "usage", usage: buildTokenUsage(next.usage) };
        if (next.limits !== undefined && next.limits !== taken.limits)
          yield { type: "limits", limits: next.limits };
        taken = next;
        if (events.length === 0) yield { type: "activity" };
        for (const event of events) yield { type: "event", event };
      }
    } catch (error) {
      if (!(error instanceof TurnEndedError)) throw error;
      yield { type: "exit", exit: error.exit };
    } finally {
      signal.removeEventListener("abort", terminate);
      this.#lastTurn = taken;
      if (taken?.ended !== true) await this.#end();
    }
  }

  async #start(launch: CodexLaunch, config: ThreadSettings): Promise<AppServer> {
    // It may have been disposed meanwhile.
    this.#checkOpen();
    const key = findKeySignIn(config, launch.env);
    const server = new AppServer(launch, {
      ...(key && { settings: key.settings }),
      requestTimeoutMs: this.#launcher.requestTimeoutMs,
      onRequest: ({ method, params }) =>
        method === "item/tool/call" ? this.#dynamicTools?.answer(params) : undefined,
    });
    // Set before the answer, so that an abort ends it in any case.
    this.#server = server;
    await initialize(server);
    await key?.signIn(server);
    return server;
  }

  /** In host isolation, the developer instructions belong to the user. */
  #promptOf({ prompt }: TurnInput): string {
    const isFirst = this.#lastTurn === undefined;
    const isShown = this.#launcher.isolation === "host" && isFirst;
    return isShown ? joinPrompt(this.#input.instructions, prompt) : prompt;
  }

  #checkOpen(): void {
    if (!this.#isOpen)
      throw new Error("Expected an open thread, got a closed one. Open a new thread.");
  }

  async #end(): Promise<void> {
    this.#isOpen = false;
    const pids = (await this.#server?.terminate()) ?? [];
    if (pids.length > 0) this.#launcher.warn(describeSurvivors(pids));
  }
}
