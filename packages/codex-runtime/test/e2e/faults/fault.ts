import type { FailureKind } from "@ktx/codex-events";
import { reply, type SimScript, text } from "@ktx/codex-sim";
import {
  type AgentLoopInput,
  CodexError,
  type CodexRuntimeOptions,
  ToolCallError,
} from "../../../src/index.ts";
import { processesWith } from "../codex-processes.ts";
import { type Scene, startSceneOn, type TransportName } from "../scene.ts";
import { createNeighbour, type NeighbourEnding } from "./neighbour.ts";

/** One way in which a run can go wrong. */
export interface Fault {
  readonly title: string;
  /** How the caller learns of it. */
  readonly kind: FaultKind;
  /** Seconds within which the run has ended; coarse, so that a busy machine does not change it. */
  readonly withinSeconds: 5 | 15;
  /**
   * How a run fares that shares the process with the faulty one; "none" where there is no such process, or no
   * service for it any more.
   *
   * @default "undisturbed"
   */
  readonly neighbour?: NeighbourEnding | "none" | undefined;
  /** The reason why it cannot be provoked on this machine. */
  readonly skipped?: string | undefined;
  provoke(transport: TransportName): Promise<ProvokedFault>;
}

/** The kind of the failure that is told; the words in place of one where it is told otherwise. */
export type FaultKind = FailureKind | "answered" | "tool call failed" | "caller's reason";

export interface FaultEnding {
  readonly kind: FaultKind;
  /** What is said, with what differs from run to run left out. */
  readonly sentence: string;
}

/** An ending with the milliseconds that the run took to it. */
export interface TimedEnding extends FaultEnding {
  readonly totalMs: number;
}

interface ProvokedFault {
  readonly ending: TimedEnding;
  /** Absent over exec, where no process is shared. */
  readonly neighbour?: NeighbourEnding | undefined;
  /** What the arguments of every Codex process of the run hold. */
  readonly marker: string;
}

/** A fault of a run on a scripted model. */
export function sceneFault(
  fault: Omit<Fault, "provoke"> & {
    readonly script: SimScript;
    readonly options?: Partial<CodexRuntimeOptions>;
    readonly run?: (scene: Scene) => Promise<unknown>;
  },
): Fault {
  const { script, options, run = askForText, ...rest } = fault;
  return {
    ...rest,
    provoke: async (transport) => {
      const neighbour = createNeighbour();
      await using scene = await startSceneOn(transport, neighbour.beside(script), {
        random: () => 0.5,
        ...options,
      });
      const isBeside = transport === "app-server" && fault.neighbour !== "none";
      const endNeighbour = isBeside ? await neighbour.start(scene) : undefined;
      const ending = await endingOf(run(neighbour.hide(scene)));
      return { ending, neighbour: await endNeighbour?.(), marker: scene.sim.baseUrl };
    },
  };
}

function askForText({ runtime }: Scene): Promise<string> {
  return runtime.generateText({ role: "default", prompt: "Hi!" });
}

/** A loop's end as a text's: its answer, or its error thrown. */
export async function askForWork(
  { runtime }: Scene,
  loop: Pick<AgentLoopInput, "toolSet"> & Partial<AgentLoopInput>,
): Promise<string> {
  const { error, text: answer = "" } = await runtime.runAgentLoop({
    modelRole: "default",
    systemPrompt: "",
    userPrompt: "Work!",
    stepBudget: 5,
    ...loop,
  });
  if (error !== undefined) throw error;
  return answer;
}

/** Always the same answer of the service. */
export function always(answer: ReturnType<typeof reply>): SimScript {
  return () => answer;
}

/** One answer of the service, and from then on a good one. */
export function once(answer: ReturnType<typeof reply>): SimScript {
  return ({ index }) => (index === 0 ? answer : reply([text("Here.")]));
}

export async function endingOf(work: Promise<unknown>): Promise<TimedEnding> {
  const startedAtMs = performance.now();
  const ending: FaultEnding = await work.then(
    (answer) => ({ kind: "answered", sentence: String(answer) }),
    describeEnding,
  );
  return { ...ending, totalMs: performance.now() - startedAtMs };
}

function describeEnding(error: unknown): FaultEnding {
  const sentence = error instanceof Error ? normalize(error.message) : String(error);
  if (error instanceof CodexError) return { kind: error.failure.kind, sentence };
  if (error instanceof ToolCallError) return { kind: "tool call failed", sentence };
  return { kind: "caller's reason", sentence };
}

/** Without ports, times of the clock and folders of this machine. */
export function normalize(message: string): string {
  return message
    .replaceAll(/[^\s'"]*ktx-faults\/fault-\w+/g, "…")
    .replaceAll(/\/state\/[0-9a-f]{8}-[\w-]+/g, "/state/…")
    .replaceAll(/ktx-\d+\.invalid/g, "NAME.invalid")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT")
    .replaceAll(process.cwd(), "…")
    .replaceAll(/\d{1,2}:\d{2} [AP]M/g, "h:mm PM")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Counts the processes that outlive a run by this time; the default is much longer than they take to end. */
export async function countRemaining(marker: string, withinMs = 20_000): Promise<number> {
  const deadlineMs = performance.now() + withinMs;
  while (processesWith(marker).length > 0 && performance.now() < deadlineMs)
    await new Promise((resolve) => setTimeout(resolve, 25));
  return processesWith(marker).length;
}
