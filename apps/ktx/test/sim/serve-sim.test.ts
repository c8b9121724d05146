import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Interruption } from "../../src/cli-io.ts";
import { serveSim, type SimInput } from "../../src/sim/serve-sim.ts";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "ktx-sim-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** Serves until the work is done; gives what the work gave. */
async function serve<Result>(
  cwd: string,
  input: Omit<SimInput, "port" | "onStart">,
  work: (baseUrl: string) => Promise<Result>,
): Promise<Result> {
  const interrupt = new AbortController();
  const { promise: started, resolve } = Promise.withResolvers<string>();
  const serving = serveSim(
    { ...input, port: 0, onStart: resolve },
    { cwd, signal: interrupt.signal },
  );
  try {
    return await work(await Promise.race([started, serving.then(() => "")]));
  } finally {
    interrupt.abort();
    await serving.catch(() => {});
  }
}

async function ask(baseUrl: string, text: string): Promise<Response> {
  const input = [{ type: "message", role: "user", content: [{ type: "input_text", text }] }];
  const body = JSON.stringify({ model: "gpt-5.5", input });
  return fetch(`${baseUrl}/responses`, { method: "POST", body });
}

test("it repeats the prompt until it is interrupted", async () => {
  const address = await serve(tmpdir(), {}, async (baseUrl) => {
    expect(await (await ask(baseUrl, "Hello there.")).text()).toContain("You said: Hello there.");
    // A text that is piped in ends with a line break.
    const whole = await (await ask(baseUrl, "Hello\nthere.\n")).text();
    expect(whole).toContain(String.raw`You said: Hello\nthere."`);
    return baseUrl;
  });
  await expect(ask(address, "Hello?")).rejects.toThrow("fetch failed");
});

test("its end is the interruption, as of each command that serves", async () => {
  const interrupt = new AbortController();
  const reason = new Interruption("SIGINT", 130);
  const serving = serveSim(
    { port: 0, onStart: () => interrupt.abort(reason) },
    { cwd: tmpdir(), signal: interrupt.signal },
  );
  await expect(serving).rejects.toBe(reason);
});

test("it answers from a script, with planned faults", async () => {
  const cwd = folderWith({
    "script.json": '[{"text":"One."}]',
    "faults.json": '{"faults":[{"kind":"rate-limit","requests":[0]}]}',
  });
  await serve(cwd, { script: "script.json", faults: "faults.json" }, async (baseUrl) => {
    expect((await ask(baseUrl, "1")).status).toBe(429);
    expect(await (await ask(baseUrl, "1")).text()).toContain("One.");
  });
});

test("it answers from a recorded exchange", async () => {
  const exchange = { status: 503, headers: { "retry-after": "9" }, body: "later" };
  const cwd = folderWith({ "exchange.jsonl": JSON.stringify(exchange) });
  await serve(cwd, { recorded: "exchange.jsonl" }, async (baseUrl) => {
    const answer = await ask(baseUrl, "1");
    expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "9"]);
  });
});

test.each<[string, Partial<SimInput>, string]>([
  ["no such file", { script: "none.json" }, "The file none.json cannot be used."],
  ["a script of another form", { script: "bad.json" }, "The file bad.json cannot be used."],
  ["faults of another form", { faults: "bad.json" }, "The file bad.json cannot be used."],
  ["two sources", { script: "bad.json", recorded: "bad.json" }, "got several"],
  ["a source and the demo", { script: "bad.json", demo: true }, "got several"],
])("it refuses %s", async (_name, input, reason) => {
  const cwd = folderWith({ "bad.json": '{"oops":1}' });
  const { signal } = new AbortController();
  await expect(serveSim({ ...input, port: 0, onStart: () => {} }, { cwd, signal })).rejects.toThrow(
    reason,
  );
});
