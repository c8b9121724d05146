import { AsyncLocalStorage } from "node:async_hooks";
import type { ApproveToolCall, ToolObserver, ToolSet } from "@ktx/mcp-bridge";
import { executeTool, joinObservers, observeExecution } from "@ktx/mcp-bridge";
import { offerToCodex, ToolDecisions, withApproval, withNotice, wrapTools } from "@ktx/codex-tools";
import type { Redactor } from "@ktx/redact";
import { createToolOffer, type ToolOffer } from "../transport/tools/tool-offer.ts";
import { warnOfCallback } from "../values/call-back.ts";
import { BudgetStanding, noStepLeft } from "./budget-standing.ts";
import type { ResolvedRuntimeOptions } from "./resolved-runtime-options.ts";
import { StartedTools } from "./started-tools.ts";
import { traceToolCalls } from "./trace-tool-calls.ts";

/** The turn that the calls of the tools belong to. */
export interface ToolTurn {
  /** The remaining budgets of the call. */
  readonly standing: BudgetStanding;
  /** Receives the names of the tools that the turn starts. */
  readonly started: StartedTools;
  readonly decisions: ToolDecisions;
  readonly approve?: ApproveToolCall | undefined;
  readonly spanId?: string;
}

export interface ThreadToolsInput {
  readonly toolSet: ToolSet;
  readonly toolObserver?: ToolObserver | undefined;
  readonly redactor: Redactor;
}

/** The tools of one thread, on any transport: each call belongs to the present turn, and runs within its bounds. */
export class ThreadTools {
  readonly offer: ToolOffer;
  readonly #warn: ResolvedRuntimeOptions["warn"];
  #turn: ToolTurn;
  /** The async context of the present turn, in which its tools run, whatever calls them. */
  #inTurn = AsyncLocalStorage.snapshot();
  /** Undefined until it is known. */
  #listed: boolean | undefined;
  /** Observes the calls where the server of the tools does not report them. */
  #executionObserver: ToolObserver | undefined;
  #executions = 0;

  /** @throws {ToolBridgeError} for tools that cannot be offered. */
  constructor(
    { warn, traceContent }: Pick<ResolvedRuntimeOptions, "warn" | "traceContent">,
    { toolSet, toolObserver, redactor }: ThreadToolsInput,
  ) {
    this.#warn = warn;
    this.#turn = {
      standing: new BudgetStanding({}, false),
      started: new StartedTools(),
      decisions: new ToolDecisions(() => undefined),
    };
    const observer = joinObservers(
      {
        onToolsListed: () => (this.#listed = true),
        onResult: (result) => {
          this.#turn.decisions.onResult(result);
          if (result.approval === "denied") this.#turn.standing.endCall();
        },
      },
      traceToolCalls(
        () => this.#turn.spanId,
        traceContent,
        (text) => redactor.redact(text),
        (alias) => toolSet[alias]?.description,
      ),
      toolObserver,
    );
    this.offer = createToolOffer(this.#wrap(offerToCodex(toolSet)), {
      observer,
      onObserverError: (error) => this.#warnOfObserver(error),
      onServed: (isObserved) => {
        if (isObserved) this.#listed ??= false;
        else this.#executionObserver = observer;
      },
    });
  }

  /** True when Codex listed the tools; undefined where their server does not report it. */
  get listed(): boolean | undefined {
    return this.#listed;
  }

  startTurn(turn: ToolTurn): void {
    this.#turn = turn;
    this.#inTurn = AsyncLocalStorage.snapshot();
  }

  #wrap(toolSet: ToolSet): ToolSet {
    const announcing = withNotice(toolSet, () => this.#turn.standing.startCall());
    const listener = {
      findObserver: () => this.#executionObserver,
      nextCallId: () => (this.#executions += 1),
      onError: (error: unknown) => this.#warnOfObserver(error),
    };
    const decided = (tools: ToolSet): ToolSet => withApproval(tools, () => this.#decider());
    const own = decided(announcing);
    // Each tool reports its own start, since Codex's events may not.
    const bounded = wrapTools(announcing, (execute, tool, alias) =>
      observeExecution(
        (input, context) =>
          this.#inTurn(async () => {
            const { standing, started } = this.#turn;
            if (standing.isSpent) throw new Error(noStepLeft);
            started.start(tool.name);
            try {
              return await executeTool(tool.name, execute, input, context);
            } finally {
              standing.endCall();
            }
          }),
        { alias, tool: own[alias] ?? tool },
        listener,
      ),
    );
    return decided(bounded);
  }

  #decider(): ApproveToolCall | undefined {
    const { approve } = this.#turn;
    return approve && ((call) => this.#inTurn(() => approve(call)));
  }

  #warnOfObserver(error: unknown): void {
    warnOfCallback("toolObserver", error, this.#warn);
  }
}
