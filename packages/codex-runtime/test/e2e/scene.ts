import { setTimeout as sleep } from "node:timers/promises";
import { type CodexSim, type SimScript, startCodexSim } from "@ktx/codex-sim";
import { describe } from "vitest";
import {
  CodexKtxLlmRuntime,
  type CodexRuntimeOptions,
  type CodexTransport,
  type Transport,
} from "../../src/index.ts";
import { codexUnderTest } from "../codex-under-test.ts";
import { codexProcessesOf, type CodexProcess } from "./codex-processes.ts";

/** The ways to talk to Codex. Every end-to-end suite runs on each; `docs/transports.md` has what differs. */
export const transports = ["exec", "app-server"] as const;

export type TransportName = (typeof transports)[number];

/** One of the ways to talk to Codex, with scenes that use it. */
export interface Stage<Name extends CodexTransport = TransportName> {
  readonly transport: Name;
  readonly toolTransport: "dynamic" | "mcp";
  readonly startScene: (...scene: SceneInput) => Promise<Scene>;
}

/** Runs a suite once for each transport. */
export function onEachTransport(title: string, suite: (stage: Stage) => void): void {
  describe.each(transports.map(stageOn))(`${title}, over $transport`, (stage) => {
    suite(stage);
  });
}

/** How Codex calls the tools of a run where the runtime chooses. */
function usualToolTransport(transport: CodexTransport): "dynamic" | "mcp" {
  return transport === "exec" ? "mcp" : "dynamic";
}

/**
 * Runs a suite of tools once for each way in which they can be called: over MCP on both transports, and over the pipe
 * of the app-server. Other suites run with the usual way of each transport.
 */
export function onEachToolTransport(title: string, suite: (stage: Stage) => void): void {
  const stages = [...transports.map(stageOn), overMcp(stageOn("app-server"))];
  describe.each(stages)(`${title}, over $transport with $toolTransport`, (stage) => {
    suite(stage);
  });
}

function overMcp(stage: Stage): Stage {
  const toolTransport = "mcp";
  return {
    ...stage,
    toolTransport,
    startScene: (script, options, transportOn) =>
      stage.startScene(script, { toolTransport, ...options }, transportOn),
  };
}

/** Runs a suite once for each transport, and with the choice of one left to the runtime. */
export function onEachTransportAndAuto(
  title: string,
  suite: (stage: Stage<CodexTransport>) => void,
): void {
  const names: readonly CodexTransport[] = [...transports, "auto"];
  describe.each(names.map(stageOn))(`${title}, over $transport`, (stage) => {
    suite(stage);
  });
}

/** One transport, for a suite of what only that one does. */
export function stageOn<Name extends CodexTransport>(transport: Name): Stage<Name> {
  return {
    transport,
    toolTransport: usualToolTransport(transport),
    startScene: (...scene) => startSceneOn(transport, ...scene),
  };
}

/** The real Codex binary on a scripted model. */
export interface Scene extends AsyncDisposable {
  readonly sim: CodexSim;
  readonly runtime: CodexKtxLlmRuntime;
  /** The Codex processes of this scene alone. Linux only. */
  readonly codexProcesses: () => readonly CodexProcess[];
  /** Disposes the runtime and waits until none is left; gives what is left after twenty seconds. */
  readonly remainingCodexProcesses: () => Promise<readonly CodexProcess[]>;
}

type SceneInput = [
  script: SimScript,
  options?: Partial<CodexRuntimeOptions>,
  transportOn?: (baseUrl: string) => Transport,
];

export async function startSceneOn(
  transport: CodexTransport,
  ...[script, options = {}, transportOn]: SceneInput
): Promise<Scene> {
  const sim = await startCodexSim({ script });
  const runtime = new CodexKtxLlmRuntime({
    projectDir: process.cwd(),
    modelSlots: { default: "codex" },
    endpoint: { baseUrl: sim.baseUrl },
    timeoutMs: 60_000,
    transport,
    codexPath: codexUnderTest.codexPath,
    ...options,
    ...(transportOn && { transport: transportOn(sim.baseUrl) }),
    env: markedEnv(sim, options.env),
  });
  return {
    sim,
    runtime,
    codexProcesses: () => codexProcessesOf(sim.baseUrl),
    remainingCodexProcesses: async () => {
      await runtime[Symbol.asyncDispose]();
      return remainingCodexProcesses(sim.baseUrl);
    },
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
      await sim.close();
    },
  };
}

/** The environment of Codex processes that belong to one stand-in service: see `processesWith`. */
export function markedEnv(
  { baseUrl }: Pick<CodexSim, "baseUrl">,
  env = process.env,
): NodeJS.ProcessEnv {
  return { ...env, TMP: baseUrl };
}

/** Waits until no Codex process of this mark is left; gives what is left after twenty seconds. */
export async function remainingCodexProcesses(marker: string): Promise<readonly CodexProcess[]> {
  for (let tries = 0; tries < 400 && codexProcessesOf(marker).length > 0; tries += 1)
    await sleep(50);
  return codexProcessesOf(marker);
}

/** No namespace: the stand-in makes a call in the one in which the request offers the tool. */
export const namespace: string | undefined = undefined;

/** The names under which the model is shown tools over MCP, or over the pipe. */
export function shownNames(names: readonly string[], toolTransport: "mcp" | "dynamic"): string[] {
  return names.map((name) => (toolTransport === "mcp" ? `mcp__ktx.${name}` : name));
}
