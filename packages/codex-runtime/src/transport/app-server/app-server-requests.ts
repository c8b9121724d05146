import type { DynamicToolSpec } from "../tools/dynamic-tools.ts";
import { toDataUrl } from "@ktx/images";
import type { TurnInput } from "../transport.ts";
import type { AppServer } from "./app-server.ts";

/** Initializes a new process. Dynamic tools are an experimental part of the protocol (0.163.0). */
export async function initialize(server: AppServer): Promise<void> {
  await server.request("initialize", {
    clientInfo: { name: "ktx", title: null, version: "0.1.0" },
    capabilities: { experimentalApi: true },
  });
  server.notify("initialized");
}

export interface ThreadStart {
  readonly model: string;
  readonly workingDirectory: string;
  /** See `threadConfig`. It travels on standard input, so a token may be in it. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Replaces Codex's own base instructions, which are 21 KB long. */
  readonly baseInstructions?: string;
  /** The caller's system text, which the model reads as a developer message. */
  readonly developerInstructions?: string;
  readonly dynamicTools?: readonly DynamicToolSpec[];
}

/** Starts a thread, which the process keeps only in its memory. Returns the thread's id. */
export async function startThread(server: AppServer, start: ThreadStart): Promise<string> {
  const { workingDirectory, ...params } = start;
  const answer = await server.request(
    "thread/start",
    {
      ...params,
      cwd: workingDirectory,
      ephemeral: true,
      sandbox: "read-only",
      approvalPolicy: "never",
    },
    threadStartTimeoutMs,
  );
  return readId(answer, "thread");
}

/**
 * Codex answers once the required MCP servers are ready; it gives each of them 30 s (measured on 0.163.0), and in
 * host isolation the user may have set a longer time.
 */
const threadStartTimeoutMs = 120_000;

/** Starts a turn in a thread without a running turn. Returns the turn's id. */
export async function startTurn(
  server: AppServer,
  threadId: string,
  { prompt, images = [], outputSchema }: Omit<TurnInput, "signal">,
): Promise<string> {
  const answer = await server.request("turn/start", {
    threadId,
    // `localImage` would show the model the path (0.163.0).
    input: [
      { type: "text", text: prompt },
      ...images.map((image) => ({ type: "image", url: toDataUrl(image) })),
    ],
    ...(outputSchema && { outputSchema }),
  });
  return readId(answer, "turn");
}

/** `{ thread: { id } }` */
function readId(answer: unknown, name: "thread" | "turn"): string {
  const holder = fieldOf(answer, name);
  const id = fieldOf(holder, "id");
  if (typeof id === "string") return id;
  throw new Error(
    `Expected Codex to answer ${name}/start with the id of the ${name}, got ${JSON.stringify(answer)}. ` +
      "This Codex may be too old or too new: use the one that @openai/codex-sdk brings, or `transport: 'exec'`.",
  );
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
