import type { BridgedTool, ToolSet } from "@ktx/mcp-bridge";
import { type AskedCall, readInput } from "./client-tools.ts";
import type { DescribedOutput } from "./tool-output.ts";

/** A call that the client must answer. */
export interface WaitingCall {
  readonly toolCallId: string;
  readonly toolName: string;
  /** JSON. */
  readonly input: string;
}

interface HandedOut extends WaitingCall {
  /** Codex's id of the call. */
  readonly id: string;
  /** Undefined until Codex makes the call. */
  readonly answer: AskedCall["answer"] | undefined;
}

interface WrittenCall {
  readonly id: string;
  readonly tool: string;
  readonly arguments: string;
}

/**
 * The calls of the client's tools in a turn. Codex makes the calls of a response one after the other, each once the one
 * before is answered, and not always in their order; the client gets all of them at once, as soon as the response is
 * complete. A Codex that does not report its responses gives them one by one.
 */
export class TurnCalls {
  /** The calls that the client must answer; empty while a step runs, and after the last one. */
  waiting: readonly HandedOut[] = [];
  readonly #tools: ToolSet;
  /** Undefined: all. */
  #active: ReadonlySet<string> | undefined;
  /** The calls of the latest response, in their order. */
  #written: WrittenCall[] = [];
  #isComplete = false;
  /** The ids of its calls that Codex has made, or that the client has. */
  readonly #taken = new Set<string>();
  /** The ids of calls that Codex has announced and not made. */
  #started: string[] = [];
  /** The calls that Codex has made and not announced. */
  #made: AskedCall[] = [];
  #asked: (AskedCall & { readonly id: string })[] = [];
  /** The client's results for calls that Codex has not made yet. */
  readonly #results = new Map<string, DescribedOutput>();
  #arrival = Promise.withResolvers<void>();

  /** @param tools The client's tools, as Codex is offered them. */
  constructor(tools: ToolSet) {
    this.#tools = tools;
  }

  /** Resolves once Codex has made a call that `pair` has not seen. */
  get arrived(): Promise<void> {
    return this.#arrival.promise;
  }

  /** The tools whose calls the client takes from now on; calls of the others are refused. */
  activate(names: ReadonlySet<string>): void {
    this.#active = names;
  }

  isActive(tool: string): boolean {
    return this.#active?.has(tool) ?? true;
  }

  isClients(tool: string): boolean {
    return Object.hasOwn(this.#tools, tool);
  }

  write(call: WrittenCall): void {
    if (this.#isComplete) this.restart();
    this.#written.push(call);
  }

  complete(): void {
    this.#isComplete = true;
  }

  /** Another response begins, also in the place of one that failed. */
  restart(): void {
    this.#written = [];
    this.#taken.clear();
    this.#isComplete = false;
  }

  announce(id: string): void {
    this.#started.push(id);
  }

  /** A call has ended; one that Codex announced and did not make is over. */
  end(id: string): void {
    this.#started = this.#started.filter((each) => each !== id);
  }

  make(call: AskedCall): void {
    this.#made.push(call);
    this.#arrival.resolve();
  }

  /** Answers the calls whose results are known; the others wait for `handOut`. */
  pair(): void {
    this.#arrival = Promise.withResolvers();
    while (this.#started.length > 0 && this.#made.length > 0) {
      const [id, call] = [this.#started.shift(), this.#made.shift()];
      if (id === undefined || call === undefined) return;
      this.#taken.add(id);
      const known = this.#results.get(id);
      this.#results.delete(id);
      if (known !== undefined) call.answer(known);
      else if (this.isActive(call.toolName)) this.#asked.push({ ...call, id });
      else call.answer(inactive(call.toolName));
    }
  }

  /** The calls for the client, which end the step; empty where Codex has made none, or more of them may come. */
  handOut(): readonly WaitingCall[] {
    const [first] = this.#asked;
    if (first === undefined) return [];
    const place = (id: string): number => this.#written.findIndex((call) => call.id === id);
    const isWritten = place(first.id) >= 0;
    if (isWritten && !this.#isComplete) return [];
    const asked = this.#asked.map(({ id, toolName, input, answer }) =>
      handedOut({ id, toolName, input, answer }),
    );
    const others = isWritten ? this.#written.filter(({ id }) => !this.#taken.has(id)) : [];
    for (const { id } of others) this.#taken.add(id);
    this.#asked = [];
    this.waiting = [...asked, ...others.flatMap((call) => this.#readLater(call))].toSorted(
      (one, other) => place(one.id) - place(other.id),
    );
    return this.waiting;
  }

  /** Takes the client's results, by the ids of their calls. */
  answer(results: ReadonlyMap<string, DescribedOutput>): void {
    const { waiting } = this;
    this.waiting = [];
    for (const { id, toolCallId, answer } of waiting) {
      const result = results.get(toolCallId);
      if (result === undefined) continue;
      if (answer === undefined) this.#results.set(id, result);
      else answer(result);
    }
  }

  #readLater({ id, tool, arguments: written }: WrittenCall): readonly HandedOut[] {
    const offered: BridgedTool | undefined = this.isClients(tool) ? this.#tools[tool] : undefined;
    const input = this.isActive(tool) ? readInput(offered, written) : undefined;
    return input === undefined ? [] : [handedOut({ id, toolName: tool, input, answer: undefined })];
  }
}

function handedOut(call: Omit<HandedOut, "toolCallId">): HandedOut {
  return { ...call, toolCallId: `call_${crypto.randomUUID()}` };
}

/** The answer to a call of a tool that the step does not offer. */
export function inactive(tool: string): DescribedOutput {
  const text = `The tool ${tool} is not available in this step. Go on without it.`;
  return { text, images: [], isError: true };
}
