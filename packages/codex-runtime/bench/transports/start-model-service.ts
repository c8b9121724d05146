import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

const serviceUse = z.object({
  /** Of the process so far. */
  cpuMs: z.number(),
  requests: z.number(),
  /** Of the first request of the latest run. */
  bytes: z.number(),
});

export interface ModelService extends AsyncDisposable {
  readonly baseUrl: string;
  readonly pid: number;
  readonly use: () => Promise<z.infer<typeof serviceUse>>;
}

export async function startModelService(): Promise<ModelService> {
  const child = fork(join(import.meta.dirname, "model-service.ts"), {
    execArgv: ["--conditions=@ktx/source"],
  });
  const [first]: unknown[] = await once(child, "message");
  return {
    baseUrl: z.string().parse(first),
    pid: child.pid ?? 0,
    use: async () => {
      const answer = once(child, "message");
      child.send("use");
      return serviceUse.parse((await answer)[0]);
    },
    [Symbol.asyncDispose]: async () => {
      child.disconnect();
      await once(child, "exit");
    },
  };
}
