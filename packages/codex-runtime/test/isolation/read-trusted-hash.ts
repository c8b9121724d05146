import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { z } from "zod";

export interface ReadTrustedHashInput {
  readonly codexPath: string;
  readonly env: NodeJS.ProcessEnv;
  readonly projectDir: string;
}

const hookList = z.object({
  id: z.literal(2),
  result: z.object({
    data: z.array(
      z.object({ hooks: z.array(z.object({ key: z.string(), currentHash: z.string() })) }),
    ),
  }),
});

/** The lines of a `config.toml` by which a user trusts all hooks found; Codex itself gives their hashes. */
export async function readTrustedHash(input: ReadTrustedHashInput): Promise<string> {
  const server = spawn(input.codexPath, ["app-server"], {
    env: input.env,
    cwd: input.projectDir,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = once(server, "exit");
  for (const message of [
    {
      id: 1,
      method: "initialize",
      params: { clientInfo: { name: "ktx", title: "ktx", version: "0" } },
    },
    { method: "initialized" },
    { id: 2, method: "hooks/list", params: { cwds: [input.projectDir] } },
  ])
    server.stdin.write(`${JSON.stringify(message)}\n`);
  try {
    for await (const line of createInterface({ input: server.stdout })) {
      const answer = hookList.safeParse(JSON.parse(line));
      if (!answer.success) continue;
      return answer.data.result.data
        .flatMap(({ hooks }) => hooks)
        .map(({ key, currentHash }) => `[hooks.state."${key}"]\ntrusted_hash = "${currentHash}"\n`)
        .join("\n");
    }
    throw new Error("codex app-server listed no hooks");
  } finally {
    server.kill();
    await ended;
  }
}
