import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Contender, ContenderInput } from "./contender.ts";
import { type Block, type Measured, measured } from "./measure.ts";

export interface StartedContender extends AsyncDisposable {
  readonly name: Contender["name"];
  readonly measure: (block: Block) => Promise<Measured>;
}

/** @param profileFolder Where Node writes a CPU profile of the contender's process at its end, if anywhere. */
export async function startContender(
  name: Contender["name"],
  input: ContenderInput,
  profileFolder?: string,
): Promise<StartedContender> {
  const profile =
    profileFolder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profileFolder}/${name}`];
  const child = fork(
    join(import.meta.dirname, "contender-process.ts"),
    [JSON.stringify({ name, ...input })],
    { execArgv: ["--conditions=@ktx/source", ...profile] },
  );
  await messageOf(child, name);
  return {
    name,
    measure: async (block) => {
      child.send(block);
      return measured.parse(await messageOf(child, name));
    },
    [Symbol.asyncDispose]: async () => {
      const gone = child.exitCode === null ? once(child, "exit") : undefined;
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

async function messageOf(child: ReturnType<typeof fork>, name: string): Promise<unknown> {
  const over = new AbortController();
  const message = once(child, "message", { signal: over.signal });
  const exit = once(child, "exit", { signal: over.signal }).then(([code]) => {
    throw new Error(`The contender \`${name}\` ended with the exit code ${code} in the middle.`);
  });
  try {
    const [value]: unknown[] = await Promise.race([message, exit]);
    return value;
  } finally {
    over.abort();
    await Promise.allSettled([message, exit]);
  }
}
