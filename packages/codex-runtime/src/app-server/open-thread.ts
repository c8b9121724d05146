import type { CodexLaunch } from "../codex-launcher.ts";
import type { CodexTurnInput } from "../codex-runner.ts";
import type { AppServer } from "./app-server.ts";
import { findKeySignIn } from "./key-sign-in.ts";

/**
 * Makes a new process ready and starts a thread in it, which is kept in its memory alone. Gives the
 * thread's id.
 *
 * @throws what `AppServer.request` throws.
 */
export async function openThread(
  server: AppServer,
  launch: CodexLaunch,
  model: string,
): Promise<string> {
  await server.request("initialize", {
    clientInfo: { name: "ktx", title: null, version: "0.1.0" },
  });
  server.notify("initialized");
  await findKeySignIn(launch)?.signIn(server);
  const answer = await server.request(
    "thread/start",
    {
      model,
      cwd: launch.workingDirectory,
      ephemeral: true,
      sandbox: "read-only",
      approvalPolicy: "never",
    },
    threadStartTimeoutMs,
  );
  return readId(answer, "thread");
}

/**
 * Codex answers when the required MCP servers are up, to each of which it gives 30 s (measured on 0.163.0);
 * in host isolation the user may have given one more.
 */
const threadStartTimeoutMs = 120_000;

/** Starts a turn in a thread that has none. Gives the turn's id. */
export async function startTurn(
  server: AppServer,
  threadId: string,
  { prompt, outputSchema }: CodexTurnInput,
): Promise<string> {
  const answer = await server.request("turn/start", {
    threadId,
    input: [{ type: "text", text: prompt }],
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
