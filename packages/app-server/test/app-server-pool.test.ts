import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Redactor } from "@ktx/redact";
import { afterAll, expect, test } from "vitest";
import { makeTestFolder } from "../../../test/test-folder.ts";
import { AppServerPool, type PoolLimits, type WantedProcess } from "../src/app-server-pool.ts";
import { UnfitAppServerError } from "../src/unfit-app-server-error.ts";

const folder = await makeTestFolder("app-server-pool");
afterAll(() => folder[Symbol.asyncDispose]());

/** A program that answers every request, and ends where it is asked to. */
const script = (version: string) => `#!${process.execPath}
  const say = (message) => process.stdout.write(JSON.stringify(message) + "\\n");
  require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method } = JSON.parse(line);
    if (method === "initialize") say({ id, result: { userAgent: "ktx/${version} (x)" } });
    else if (method === "crash") process.exit(9);
    else if (id !== undefined) say({ id, result: {} });
  });`;

async function writeProgram(version = "0.163.0"): Promise<string> {
  const path = join(folder.path, `codex-${version}`);
  await mkdir(folder.path, { recursive: true });
  await writeFile(path, script(version), { mode: 0o755 });
  return path;
}

/** The life of the processes of a test, in order. */
class Stage {
  readonly events: string[] = [];
  readonly pool: AppServerPool;
  readonly #codexPath: string;

  constructor(codexPath: string, limits: PoolLimits = {}) {
    this.#codexPath = codexPath;
    this.pool = new AppServerPool(limits);
  }

  want(models: readonly string[] = ["m"], key = "k"): WantedProcess {
    return {
      key,
      models,
      prepare: (all) => {
        this.events.push(`prepare ${key} for ${all.join("+")}`);
        return Promise.resolve({
          codexPath: this.#codexPath,
          config: {},
          env: {},
          workingDirectory: folder.path,
          redactor: new Redactor([]),
          oldestVersion: "0.163.0",
          onSurvivors: (pids: readonly number[]) => this.events.push(`survivors ${pids.join()}`),
          [Symbol.asyncDispose]: () => {
            this.events.push(`released ${key}`);
            return Promise.resolve();
          },
        });
      },
    };
  }
}

const never = new AbortController().signal;
const path = await writeProgram();

test("threads of the same needs share one process, also those that ask while it starts", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const leases = await Promise.all(
    [1, 2, 3].map(() => stage.pool.lease(stage.want(), stage, never)),
  );
  expect(new Set(leases.map(({ server }) => server.pid)).size).toBe(1);
  for (const lease of leases) await lease[Symbol.asyncDispose]();
  expect(stage.events).toEqual(["prepare k for m"]);
});

test("threads of other needs do not", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const one = await stage.pool.lease(stage.want(["m"], "one"), stage, never);
  const other = await stage.pool.lease(stage.want(["m"], "other"), stage, never);
  expect(one.server.pid).not.toBe(other.server.pid);
});

test("a process ends once its last holder has released it, and no sooner", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const holders = [{}, {}];
  for (const holder of holders)
    await (await stage.pool.lease(stage.want(), holder, never))[Symbol.asyncDispose]();
  await stage.pool.release({});
  await stage.pool.release(holders[0] ?? {});
  expect(stage.events).toEqual(["prepare k for m"]);
  await stage.pool.release(holders[1] ?? {});
  expect(stage.events).toEqual(["prepare k for m", "released k"]);
});

test("a released process serves its threads to their end", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const lease = await stage.pool.lease(stage.want(), stage, never);
  await stage.pool.release(stage);
  expect(await lease.server.request("still", {})).toEqual({});
  await lease[Symbol.asyncDispose]();
  expect(stage.events).toEqual(["prepare k for m", "released k"]);
});

test("a process without threads ends after the idle time", async () => {
  const stage = new Stage(path, { idleMs: 20 });
  await using _ = stage.pool;
  const lease = await stage.pool.lease(stage.want(), stage, never);
  const { server } = lease;
  const held = server.hold();
  await sleep(60);
  expect(server.end).toBeUndefined();
  await lease[Symbol.asyncDispose]();
  await server.whenEnded;
  held[Symbol.dispose]();
});

test("a further model needs a process of both models, and the old one ends with its threads", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const old = await stage.pool.lease(stage.want(["a"]), stage, never);
  const both = await stage.pool.lease(stage.want(["b"]), stage, never);
  expect(both.server.pid).not.toBe(old.server.pid);
  expect(await old.server.request("still", {})).toEqual({});
  await old[Symbol.asyncDispose]();
  const again = await stage.pool.lease(stage.want(["a"]), stage, never);
  expect(again.server.pid).toBe(both.server.pid);
  expect(stage.events).toEqual(["prepare k for a", "prepare k for a+b", "released k"]);
});

test("a process is replaced after so many threads, and those that it serves go on", async () => {
  const stage = new Stage(path, { threads: 2 });
  await using _ = stage.pool;
  const long = await stage.pool.lease(stage.want(), stage, never);
  for (let n = 0; n < 2; n += 1)
    await (await stage.pool.lease(stage.want(), stage, never))[Symbol.asyncDispose]();
  const next = await stage.pool.lease(stage.want(), stage, never);
  expect(next.server.pid).not.toBe(long.server.pid);
  expect(await long.server.request("still", {})).toEqual({});
});

// Only Linux says how much memory another process takes.
test.runIf(process.platform === "linux")("a process of too much memory is replaced", async () => {
  const stage = new Stage(path, { megabytes: 1 });
  await using _ = stage.pool;
  const pids = new Set<number | undefined>();
  for (let n = 0; n < 51; n += 1) {
    const lease = await stage.pool.lease(stage.want(), stage, never);
    pids.add(lease.server.pid);
    await lease[Symbol.asyncDispose]();
  }
  expect(pids.size).toBe(2);
});

test("a process that has ended is replaced", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const lost = await stage.pool.lease(stage.want(), stage, never);
  await expect(lost.server.request("crash", {})).rejects.toMatchObject({ exit: { exitCode: 9 } });
  const next = await stage.pool.lease(stage.want(), stage, never);
  expect(await next.server.request("fine", {})).toEqual({});
  await lost[Symbol.asyncDispose]();
  expect(stage.events.filter((event) => event === "released k")).toHaveLength(1);
});

test("a retired process serves no further thread", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const lease = await stage.pool.lease(stage.want(), stage, never);
  lease.retire();
  const next = await stage.pool.lease(stage.want(), stage, never);
  expect(next.server.pid).not.toBe(lease.server.pid);
});

test("a process that cannot start fails for each that waits, and the next one tries again", async () => {
  const broken = new Stage(join(folder.path, "missing"));
  await using _ = broken.pool;
  const waiting = [1, 2].map(() => broken.pool.lease(broken.want(), broken, never));
  for (const lease of waiting) await expect(lease).rejects.toMatchObject({ code: "ENOENT" });
  await expect(broken.pool.lease(broken.want(), broken, never)).rejects.toMatchObject({
    code: "ENOENT",
  });
  const each = ["prepare k for m", "released k"];
  expect(broken.events).toEqual([...each, ...each]);
});

test.each(["0.162.9", "0.99.0"])("a Codex of version %s is too old", async (version) => {
  const stage = new Stage(await writeProgram(version));
  await using _ = stage.pool;
  await expect(stage.pool.lease(stage.want(), stage, never)).rejects.toThrow(UnfitAppServerError);
});

test("an abort while the process starts ends the wait, and nobody else's", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  const stop = new AbortController();
  const aborted = stage.pool.lease(stage.want(), stage, stop.signal);
  const other = stage.pool.lease(stage.want(), stage, never);
  stop.abort("enough");
  await expect(aborted).rejects.toBe("enough");
  expect(await (await other).server.request("fine", {})).toEqual({});
});

test("a process that never starts ends when nobody waits for it any more", async () => {
  const silent = join(folder.path, "silent");
  await writeFile(silent, `#!${process.execPath}\nsetInterval(() => {}, 1_000);`, { mode: 0o755 });
  const stage = new Stage(silent);
  await using _ = stage.pool;
  const stop = new AbortController();
  const waiting = stage.pool.lease(stage.want(), stage, stop.signal);
  setTimeout(() => stop.abort("enough"), 50);
  await expect(waiting).rejects.toBe("enough");
  expect(stage.events).toEqual(["prepare k for m", "released k"]);
});

test("an abort before the start starts nothing", async () => {
  const stage = new Stage(path);
  await using _ = stage.pool;
  await expect(stage.pool.lease(stage.want(), stage, AbortSignal.abort("no"))).rejects.toBe("no");
  expect(stage.events).toEqual([]);
});
