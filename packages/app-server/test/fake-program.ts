import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redactor } from "@ktx/redact";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { AppServer, type AppServerOptions } from "../src/app-server.ts";
import type { OnRequest } from "../src/thread-routes.ts";
import type { ThreadInbox } from "../src/thread-inbox.ts";

/** A program in the place of Codex, in a folder of its own. */
export async function startProgram(
  script: string,
  options: AppServerOptions = {},
): Promise<{ readonly server: AppServer } & AsyncDisposable> {
  const folder = await makeTestFolder("app-server");
  const codexPath = join(folder.path, "codex");
  await mkdir(folder.path, { recursive: true });
  await writeFile(codexPath, `#!${process.execPath}\n${script}`, { mode: 0o755 });
  const server = new AppServer(
    {
      codexPath,
      config: { a: { b: 1 } },
      env: {},
      redactor: new Redactor([]),
      workingDirectory: folder.path,
    },
    options,
  );
  const held = server.hold();
  return {
    server,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      held[Symbol.dispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Opens a thread that the program names by its parameters. */
export async function openThread(
  server: AppServer,
  id: string,
  onRequest: OnRequest = () => undefined,
): Promise<ThreadInbox> {
  const opened = await server.openThread("open", { id }, { timeoutMs: 20_000, onRequest });
  return opened.inbox;
}

/** Answers each line that it reads with what `answer` makes of the message. */
export const answering = (answer: string): string => `
  const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
  const open = ({ id, params }) => say({ id, result: { thread: { id: params.id } } });
  const tell = (threadId, method, params = {}) => say({ method, params: { ...params, threadId } });
  const answer = ${answer};
  require("node:readline")
    .createInterface({ input: process.stdin })
    .on("line", (line) => answer(JSON.parse(line)));`;
