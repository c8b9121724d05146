import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseProcStat } from "@ktx/child-process";
import { describe, expect, test } from "vitest";
import {
  connectMcpTools,
  createToolHost,
  type McpTools,
  type McpToolsOptions,
  resolveToolSet,
  type ToolCallResult,
  type ToolHost,
  type ToolHostOptions,
} from "../../src/index.ts";
import { contextWith, greet, textOf } from "../builders.ts";

const program = join(import.meta.dirname, "../programs/foreign-server.ts");
const hostProgram = join(import.meta.dirname, "../programs/run-until-killed.ts");

function connect(
  options: McpToolsOptions & { readonly env?: Record<string, string> } = {},
): Promise<McpTools> {
  const { env, ...others } = options;
  return connectMcpTools(
    { command: process.execPath, args: [program], ...(env && { env }) },
    { name: "foreign", ...others },
  );
}

function hostOf({ toolSet }: Pick<McpTools, "toolSet">, options: ToolHostOptions = {}): ToolHost {
  return createToolHost(resolveToolSet(toolSet), options);
}

async function call(host: ToolHost, name: string, input: object = {}): Promise<string> {
  const { signal } = new AbortController();
  return textOf(await host.call(name, input, contextWith(signal)));
}

describe("the tools of a program", () => {
  test("are listed from all pages, under names that Codex takes, with their annotations", async () => {
    await using tools = await connect();
    const listed = resolveToolSet(tools.toolSet).map(({ listing, concurrency }) => ({
      ...listing,
      concurrency,
    }));
    expect(listed.map(({ name }) => name)).toEqual([
      "read_file",
      "environment",
      "structured",
      "repeated",
      "long",
      "endless",
      "decline",
      "crash",
      "hang",
      "grow",
    ]);
    expect(listed[0]).toMatchObject({
      title: "Read a file",
      description: "Reads a file.",
      annotations: { readOnlyHint: true, idempotentHint: true },
      concurrency: Number.POSITIVE_INFINITY,
      inputSchema: { required: ["path"], properties: { lines: { minimum: 1, default: 5 } } },
    });
    // A tool without a description is described by its name.
    expect(listed[1]).toMatchObject({ description: "environment", concurrency: "takes-turns" });
  });

  test("take calls, which are observed, and a program that prints other lines costs none", async () => {
    const results: ToolCallResult[] = [];
    await using tools = await connect();
    const host = hostOf(tools, { observer: { onResult: (result) => results.push(result) } });
    expect(await call(host, "read_file", { path: "a.md" })).toBe("The text of a.md.");
    expect(results).toMatchObject([
      { name: "read_file", outcome: "ok", arguments: { path: "a.md" } },
    ]);
  });

  test("refuse input that their JSON Schema refuses, before the server sees it", async () => {
    await using tools = await connect();
    const refused = await call(hostOf(tools), "read_file", { lines: 0 });
    expect(refused).toContain("The arguments of read_file are invalid:");
    expect(refused).toContain("must have required property 'path'");
    expect(refused).toContain("must be >= 1");
  });

  test("give structured content as text, once", async () => {
    await using tools = await connect();
    const host = hostOf(tools);
    const { signal } = new AbortController();
    expect(await host.call("structured", {}, contextWith(signal))).toEqual({
      content: [
        { type: "text", text: "Two rows." },
        { type: "text", text: '```json\n{"rows":[1,2]}\n```' },
      ],
      isError: false,
    });
    expect(await host.call("repeated", {}, contextWith(signal))).toEqual({
      content: [{ type: "text", text: '{ "n": 1 }' }],
      isError: false,
    });
  });

  test("have their long results cut", async () => {
    await using tools = await connect();
    const { signal } = new AbortController();
    const { content } = await hostOf(tools).call("long", {}, contextWith(signal));
    expect(textOf({ content }).length).toBeLessThanOrEqual(40_000);
    expect(content.at(-1)).toMatchObject({ text: expect.stringContaining("This result was cut") });
  });
});

describe("the program of the tools", () => {
  test("gets the variables that programs need and those given for it, and no key of the host", async () => {
    await using tools = await connect({
      hostEnv: { ...process.env, OPENAI_API_KEY: "sk-secret", CODEX_API_KEY: "x", OWN: "1" },
      env: { API_TOKEN: "given-to-it" },
    });
    const env = JSON.parse(await call(hostOf(tools), "environment")) as Record<string, string>;
    expect(env).toMatchObject({ PATH: process.env["PATH"], API_TOKEN: "given-to-it" });
    for (const name of ["OPENAI_API_KEY", "CODEX_API_KEY", "OWN"])
      expect(env).not.toHaveProperty(name);
  });

  test("fails a call when it ends, and later ones at once, with its last words and without secrets", async () => {
    await using tools = await connect({ env: { API_TOKEN: "very-secret-token" } });
    const host = hostOf(tools);
    const died = `The MCP server "foreign" has ended (exit code 3); it last wrote: out of disk, token [redacted]`;
    expect(await call(host, "crash")).toBe(died);
    expect(await call(host, "read_file", { path: "a" })).toBe(died);
  });

  test("has its own error shown without the secrets that it was given", async () => {
    await using tools = await connect({ env: { API_TOKEN: "very-secret-token" } });
    expect(await call(hostOf(tools), "decline")).toBe("refused: [redacted]");
  });

  test("is ended by a message that is too long, and the call fails", async () => {
    await using tools = await connect();
    expect(await call(hostOf(tools), "endless")).toBe(
      'The MCP server "foreign" sent a message that is too long, and was ended',
    );
  });

  test("does not hold up a call past its time limit", async () => {
    await using tools = await connect({ timeoutMs: 300 });
    expect(await call(hostOf(tools), "hang")).toContain(
      "did not finish within its time limit of 0.3 s",
    );
  });

  test("says that its tools have changed: the next run gets the new ones", async () => {
    const { promise: changed, resolve } = Promise.withResolvers<void>();
    await using tools = await connect({ onToolsChanged: () => resolve() });
    expect(await call(hostOf(tools), "grow")).toBe("done");
    await changed;
    expect(await call(hostOf(tools), "grown")).toBe("I am new.");
  });

  // It reads /proc.
  test.runIf(process.platform === "linux")(
    "ends on dispose with what it has started, though it ignores the end of its input and SIGTERM",
    async () => {
      const pidFile = join(await mkdtemp(join(tmpdir(), "ktx-mcp-")), "pids");
      const tools = await connect({ env: { PID_FILE: pidFile } });
      const pids = JSON.parse(await readFile(pidFile, "utf8")) as number[];
      expect(pids.filter(isRunning)).toEqual(pids);
      await tools.close();
      expect(pids.filter(isRunning)).toEqual([]);
      await tools.close();
    },
  );

  test.runIf(process.platform === "linux").each(["throw", "SIGKILL"])(
    "ends with a host that disposes nothing: %s",
    async (end) => {
      const pidFile = join(await mkdtemp(join(tmpdir(), "ktx-mcp-")), "pids");
      const host = spawn(
        process.execPath,
        ["--conditions=@ktx/source", hostProgram, pidFile, end],
        {
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      const ended = once(host, "exit");
      expect(String(await once(host.stdout, "data"))).toBe("10\n");
      if (end === "SIGKILL") host.kill(end);
      await ended;
      const pids = JSON.parse(await readFile(pidFile, "utf8")) as number[];
      await expect.poll(() => pids.filter(isRunning)).toEqual([]);
    },
  );

  test("ends when the signal fires, and calls then fail", async () => {
    const controller = new AbortController();
    await using tools = await connect({ signal: controller.signal });
    const host = hostOf(tools);
    const running = call(host, "hang");
    controller.abort();
    expect(await running).toContain('The MCP server "foreign" was closed');
  });
});

describe("a server that cannot be connected", () => {
  test.each([
    [
      "a program that does not exist",
      { command: "ktx-no-such-program" },
      /"ktx-no-such-program" did not start: .*ENOENT/,
    ],
    [
      "a program that ends at once",
      { command: process.execPath, args: ["-e", "console.error('no licence'); process.exit(2)"] },
      /has ended \(exit code 2\); it last wrote: no licence/,
    ],
    ["neither a command nor an address", {}, /expected `command` or `url`, got an object/],
    [
      "an address of another kind",
      { url: "file:///etc/passwd" },
      /expected `url` to be an http or https URL/,
    ],
    [
      "an address with a password",
      { url: "http://me:secret@localhost/mcp" },
      /no user and no password/,
    ],
  ])("as %s, is refused with the reason", async (_, server, message) => {
    await expect(connectMcpTools(server as never)).rejects.toThrow(message);
  });

  test("as a program that has ended before a busy host writes to it, is refused with the same reason", async () => {
    const connecting = connectMcpTools({
      command: "sh",
      args: ["-c", "echo no licence >&2; exit 2"],
    });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    await expect(connecting).rejects.toThrow(
      /has ended \(exit code 2\); it last wrote: no licence/,
    );
  });

  test("as a program that says nothing, is given up after its time", async () => {
    const silent = { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] };
    await expect(connectMcpTools(silent, { connectTimeoutMs: 500 })).rejects.toThrow(
      /did not start: .*timed out/,
    );
  });

  test("is given up when the signal fires", async () => {
    const controller = new AbortController();
    const connecting = connectMcpTools(
      { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] },
      { signal: controller.signal },
    );
    await sleep(50);
    controller.abort(new Error("enough"));
    await expect(connecting).rejects.toThrow("enough");
  });
});

describe("names", () => {
  test("of two servers that are the same are refused, also where one set is spread over the other", async () => {
    await using one = await connect();
    await using other = await connect();
    expect(() => resolveToolSet({ ...one.toolSet, ...other.toolSet })).toThrow(
      /expected a name that no other tool of the set has, got "read_file".*prefix/,
    );
    expect(() =>
      resolveToolSet({ read_file: { ...greet, name: "read_file" }, ...one.toolSet }),
    ).toThrow(/read_file/);
  });

  test("stand apart with a prefix", async () => {
    await using one = await connect({ prefix: "a_", only: ["read.file"] });
    await using other = await connect({ prefix: "b_", only: ["read.file"] });
    const both = { ...one.toolSet, ...other.toolSet };
    expect(resolveToolSet(both).map(({ tool }) => tool.name)).toEqual([
      "a_read_file",
      "b_read_file",
    ]);
    expect(await call(hostOf({ toolSet: both }), "b_read_file", { path: "x" })).toBe(
      "The text of x.",
    );
  });

  test("that the server does not have are refused with those that it has", async () => {
    await expect(connect({ only: ["read_file"] })).rejects.toThrow(
      /got "read_file"\. Its tools are: read\.file, environment/,
    );
  });

  test("that get too long are refused", async () => {
    await expect(connect({ prefix: "x".repeat(50) })).rejects.toThrow(
      /at most 54 characters, got 59/,
    );
  });
});

/** A process that has ended stays in the table until its parent has asked how. */
function isRunning(pid: number): boolean {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8")) !== undefined;
  } catch {
    return false;
  }
}
