import { readFile } from "node:fs/promises";
import { type CodexSim, reply, type SimReply, type SimRequest, text } from "@ktx/codex-sim";
import { startToolBridge } from "@ktx/mcp-bridge";
import { filesWith } from "../../isolation/files-with.ts";
import { makeTestFolder } from "../../../../../test/test-folder.ts";
import { wikiTools } from "../../isolation/wiki-tools.ts";
import { codexProcessesOf } from "../codex-processes.ts";
import { startSceneOn, type TransportName } from "../scene.ts";

/** What is said in a run; each word is nowhere else. */
export const words = {
  prompt: "SAID_IN_PROMPT",
  system: "SAID_IN_SYSTEM",
  base: "SAID_IN_BASE_INSTRUCTIONS",
} as const;

/** What can be seen of a run while the service is asked. */
export interface SeenRun {
  readonly request: SimRequest;
  /** How this text got to the Codex process. */
  readonly wayOf: (word: string) => string;
  readonly token: string;
}

/** Runs one turn with two tools; looks at it while the model is asked. */
export async function askOnce(transport: TransportName): Promise<SeenRun> {
  await using home = await makeTestFolder("transport-table");
  let token = "";
  const seen = { argv: "", environment: "", files: new Set<string>() };
  const look = async (baseUrl: string): Promise<void> => {
    for (const { pid, argv } of codexProcessesOf(baseUrl)) {
      seen.argv += argv;
      seen.environment += await readFile(`/proc/${pid}/environ`, "utf8");
    }
    for (const word of [...Object.values(words), token])
      if ((await filesWith(home.path, word)).length > 0) seen.files.add(word);
  };
  const sims: CodexSim[] = [];
  const answer = async (): Promise<SimReply> => {
    for (const { baseUrl } of sims) await look(baseUrl);
    return reply([text("Here.")]);
  };
  await using scene = await startSceneOn(transport, answer, {
    env: {
      PATH: process.env["PATH"],
      HOME: home.path,
      XDG_CACHE_HOME: home.path,
      TMPDIR: home.path,
    },
    baseInstructions: words.base,
    onWarning: () => undefined,
    startMcpServer: async (input) => {
      const bridge = await startToolBridge(input);
      token = bridge.bearerToken;
      return bridge;
    },
  });
  sims.push(scene.sim);
  await scene.runtime.generateText({
    role: "default",
    system: words.system,
    prompt: words.prompt,
    tools: wikiTools,
  });
  const [request] = scene.sim.requests;
  if (request === undefined || seen.argv === "" || token === "")
    throw new Error("Expected a request while its Codex was seen.");
  const wayOf = (word: string): string => {
    if (seen.argv.includes(word)) return "an argument";
    if (seen.environment.includes(word)) return "a variable of its environment";
    return seen.files.has(word) ? "a file" : "standard input";
  };
  return { request, wayOf, token };
}
