import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { parse as parseJsonc } from "jsonc-parser";
import { describe, expect, test } from "vitest";
import { type AgentClient, agentClients } from "../../src/agent-settings/agent-client.ts";
import { runProgram } from "../../src/run-program.ts";
import { captureIo } from "../capture-io.ts";
import { ktxProgram, openMachine, readEntry } from "./agent-machine.ts";

const toml = [
  "",
  'model = "gpt-5.5"\n',
  'model = "gpt-5.5"',
  '# Mine.\r\nmodel  =  "x"   # odd spaces\r\n\r\n[mcp_servers.other]\r\ncommand = "o"\r\n',
  'mcp_servers.other.command = "o"\n\n[profiles.p]\nx = 1\n',
  "text = '''\n[mcp_servers.ktx]\ncommand = \"ktx\"\n'''\n",
  "\n\n[a]\n\n# The end.\n\n\n",
];
const json = [
  "{}",
  "{}\n",
  '{\n\t"mcpServers": {\n\t\t"other": { "command": "o" },   // trailing comma\n\t},\n\t/* kept */ "x": [1,\n2]\n}\n',
  '{ "mcpServers" : {} , "x":1}',
  '{\r\n  "x": 1,\r\n  "mcpServers": {\r\n    "other": {"command":"o","args":["a","b"]}\r\n  }\r\n}\r\n',
  '\uFEFF{\n    "mcpServers": {\n        "other": {}\n    }\n}',
  "  \n",
];

describe.each<readonly [AgentClient, string]>([
  ...toml.map((text) => ["codex", text] as const),
  ...json.map((text) => ["claude-code", text] as const),
  ...json.map((text) => ["cursor", text] as const),
])("%s with settings %j", (client, text) => {
  test("gets the entry, keeps its other bytes, and an undo gives back every byte", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    await machine.put(file, text);
    const report = await machine.setUp(client);
    const after = await readFile(file, "utf8");
    expect(report).toMatchObject({ version: 1, client, file, outcome: "added" });
    expect(after).toContain("ktx");
    for (const line of text.split("\n").filter((one) => /other|#|kept|odd|end|model/.test(one)))
      expect(after).toContain(line.replace("\r", ""));
    expect(await machine.setUp(client)).toMatchObject({ outcome: "unchanged" });
    expect(await machine.setUp(client, { undo: true })).toMatchObject({ outcome: "removed" });
    expect(await readFile(file, "utf8")).toBe(text);
    expect(await machine.setUp(client, { undo: true })).toMatchObject({ outcome: "unchanged" });
  });

  test("gets another wiki's folder in the same entry, and an undo still gives back every byte", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    await machine.put(file, text);
    await machine.setUp(client);
    const changed = await machine.setUp(client, { wikiDir: "docs" });
    expect(changed).toMatchObject({ outcome: "changed" });
    expect(await readFile(file, "utf8")).toContain("docs");
    await machine.setUp(client, { undo: true });
    expect(await readFile(file, "utf8")).toBe(text);
  });
});

describe.each(agentClients)("%s", (client) => {
  test("without settings gets a file of its own, which an undo removes", async () => {
    const machine = openMachine();
    expect(await machine.setUp(client)).toMatchObject({ outcome: "added", removed: "" });
    expect(await machine.setUp(client, { undo: true })).toMatchObject({ removesFile: true });
    // The project's folder is the test's own.
    expect((await readdir(machine.root, { recursive: true })).toSorted()).toEqual([
      "bin",
      join("bin", ktxProgram),
      "project",
    ]);
  });

  test("whose folder has got another file since keeps that folder after an undo", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    await machine.setUp(client);
    await writeFile(join(dirname(file), "other"), "");
    await machine.setUp(client, { undo: true });
    expect(await readdir(dirname(file))).toEqual(["other"]);
  });

  test("gets the program by its path where no ktx is on the PATH, and ktx once there is one", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    const before = client === "codex" ? "a = 1\n" : '{\n  "a": 1\n}\n';
    await machine.put(file, before);
    await rename(join(machine.root, "bin"), join(machine.root, "elsewhere"));
    expect(await machine.setUp(client)).toMatchObject({ outcome: "added", isOnPath: false });
    expect(JSON.stringify(readEntry(client, await readFile(file, "utf8")))).toMatch(
      new RegExp(String.raw`"command":${JSON.stringify(process.execPath)}.*bin\.ts","mcp"`),
    );
    await rename(join(machine.root, "elsewhere"), join(machine.root, "bin"));
    expect(await machine.setUp(client)).toMatchObject({ outcome: "changed", isOnPath: true });
    expect(readEntry(client, await readFile(file, "utf8"))).toMatchObject({ command: "ktx" });
    await machine.setUp(client, { undo: true });
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("keeps what others have changed since, before an undo and after it", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    const [before, line] =
      client === "codex" ? ["a = 1\n", "# New.\n"] : ['{\n  "a": 1\n}\n', "// New.\n"];
    await machine.put(file, before);
    await machine.setUp(client);
    await writeFile(file, line + (await readFile(file, "utf8")));
    await machine.setUp(client, { undo: true });
    expect(await readFile(file, "utf8")).toBe(line + before);
  });

  test("loses its entry without a record of the change, and nothing else", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    await machine.put(
      file,
      client === "codex" ? '[mcp_servers.other]\ncommand = "o"\n' : (json[2] ?? ""),
    );
    await machine.setUp(client);
    await rm(join(machine.project, ".ktx"), { recursive: true });
    await machine.setUp(client, { undo: true });
    const after = await readFile(file, "utf8");
    expect(after).toContain("other");
    expect(after).not.toContain("ktx");
  });

  test("keeps a file that changes while the user thinks, one that is read-only, and one that is broken", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    const text = client === "codex" ? "a = 1\n" : "{}\n";
    await machine.put(file, text);
    const change = async () => {
      await writeFile(file, `${text}\n`);
      return true;
    };
    await expect(machine.setUp(client, { confirm: change })).rejects.toThrow("in the meantime");
    expect(await readFile(file, "utf8")).toBe(`${text}\n`);
    await chmod(file, 0o444);
    await expect(machine.setUp(client)).rejects.toThrow("read-only");
    await chmod(file, 0o600);
    for (const broken of ["{ x = [", Uint8Array.of(0xff, 0xfe, 0x41)]) {
      await writeFile(file, broken);
      await expect(machine.setUp(client)).rejects.toThrow(/is no|UTF-8/);
      expect(await readFile(file)).toEqual(Buffer.from(broken));
    }
    expect((await readdir(dirname(file))).filter((name) => name.includes("tmp"))).toEqual([]);
  });

  test("keeps permissions, and a link to the file, as dotfiles have them", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    const real = join(machine.root, "dotfiles/settings");
    await machine.put(real, client === "codex" ? "a = 1\n" : "{}\n");
    await chmod(real, 0o600);
    await mkdir(dirname(file), { recursive: true });
    await symlink(real, file);
    await machine.setUp(client);
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
    expect((await stat(real)).mode & 0o777).toBe(0o600);
    expect(await readFile(real, "utf8")).toContain("ktx");
    await rm(real);
    await expect(machine.setUp(client)).rejects.toThrow("does not exist");
    expect((await lstat(file)).isSymbolicLink()).toBe(true);
  });

  test("keeps an entry of this name that somebody else has made", async () => {
    const machine = openMachine();
    const file = machine.fileOf[client];
    const text =
      client === "codex"
        ? '[mcp_servers.ktx]\ncommand = "other"\n'
        : '{"mcpServers":{"ktx":{"url":"http://x"}}}';
    await machine.put(file, text);
    await expect(machine.setUp(client)).rejects.toThrow("another MCP server with the name ktx");
    await expect(machine.setUp(client, { undo: true })).rejects.toThrow("another MCP server");
    expect(await readFile(file, "utf8")).toBe(text);
  });
});

test("settings in a form that cannot be changed are refused and kept", async () => {
  const machine = openMachine();
  for (const text of [
    'mcp_servers = { other = { command = "o" } }\n',
    'mcp_servers = { ktx = { command = "ktx", args = ["mcp"] } }\n',
    'mcp_servers.ktx.env.A = "b"\n',
  ]) {
    await machine.put(machine.fileOf.codex, text);
    await expect(machine.setUp("codex")).rejects.toThrow("by hand");
    expect(await readFile(machine.fileOf.codex, "utf8")).toBe(text);
  }
  for (const text of ["[]", '{"mcpServers": []}']) {
    await machine.put(machine.fileOf.cursor, text);
    await expect(machine.setUp("cursor")).rejects.toThrow(/JSON object|no object/);
  }
});

const otherServer =
  '{ "theme": "x",\n  "mcpServers": { "o": { "command": "x", "args": [ "y" ] } } }';

test.each([
  [otherServer, '"mcpServers": { ', '"o": { "command": "x", "args": [ "y" ] } } }'],
  ['{"mcpServers":{"other":{"command":"x"}}}', '{"mcpServers":{', '"other":{"command":"x"}}}'],
  ['{"a":[1,2],"b":{}}', "{", '"a":[1,2],"b":{}}'],
  [
    '{ // mine\n  "mcpServers": { // ours\n    "o": {"x":[ 1 ]} } }',
    "{ // ours\n    ",
    '"o": {"x":[ 1 ]} } }',
  ],
  [
    '{\n  "mcpServers": {\n    // about o\n    "o": {}, // end\n  },\n}\n',
    "{\n    ",
    '    // about o\n    "o": {}, // end\n  },\n}\n',
  ],
])("settings with a neighbour on one line keep every other byte: %j", async (text, head, tail) => {
  const machine = openMachine();
  const file = machine.fileOf.cursor;
  await machine.put(file, text);
  await machine.setUp("cursor");
  const after = await readFile(file, "utf8");
  expect(after).toContain(`${head}"`);
  expect(after.endsWith(tail)).toBe(true);
  expect(parseJsonc(after)).toMatchObject({ mcpServers: { ktx: { command: "ktx" } } });
  await rm(join(machine.project, ".ktx"), { recursive: true });
  await machine.setUp("cursor", { undo: true });
  const undone = await readFile(file, "utf8");
  expect(undone).not.toContain("ktx");
  expect(undone).toBe(text.includes("mcpServers") ? text : '{"mcpServers":{},"a":[1,2],"b":{}}');
});

test.each([
  [
    '{\n  "mcpServers": {\n    // mine\n    "ktx": KTX, // beside\n    "o": {"x":[ 1 ]}\n  }\n}\n',
    '{\n  "mcpServers": {\n    // mine\n    // beside\n    "o": {"x":[ 1 ]}\n  }\n}\n',
  ],
  [
    '{\n  "mcpServers": {\n    "o": {"x":[ 1 ]}, // of o\n    "ktx": KTX // beside\n  }\n}\n',
    '{\n  "mcpServers": {\n    "o": {"x":[ 1 ]} // of o\n    // beside\n  }\n}\n',
  ],
  [
    '{ "mcpServers": { "a": [ 1 ], "ktx": KTX, "b": [ 2 ] } }',
    '{ "mcpServers": { "a": [ 1 ], "b": [ 2 ] } }',
  ],
  [
    '{ "mcpServers": { "ktx": KTX /* one */ , "b": [ 2 ] } }',
    '{ "mcpServers": { /* one */  "b": [ 2 ] } }',
  ],
  [
    '{\n  "mcpServers": {\n    "a": 1,\n    "ktx": KTX,\n  }\n}',
    '{\n  "mcpServers": {\n    "a": 1,\n  }\n}',
  ],
])(
  "an undo after the entry was edited keeps the comments and the form of the rest: %j",
  async (text, left) => {
    const machine = openMachine();
    const file = machine.fileOf["claude-code"];
    await machine.setUp("claude-code");
    const entry = '{ "env": { "A": "b" }, "command": "ktx", "args": [\n  "mcp" ] }';
    await machine.put(
      file,
      text.replace("KTX", () => entry),
    );
    await machine.setUp("claude-code", { undo: true });
    expect(await readFile(file, "utf8")).toBe(left);
  },
);

test.each([
  [
    ["--agents", "codex"],
    2,
    /^\S+config\.toml\n\+ \[mcp_servers\.ktx\]\n\+ command = "ktx"\n\+ args = \["mcp", "--project-dir", "[^"]+"\]\n[^]*Add --yes/,
  ],
  [["--agents", "vim"], 2, /Allowed choices are\s+codex, claude-code, cursor/],
  [["--undo"], 2, /--agents alone/],
])("ktx setup %j ends with %i, writes nothing and says why", async (args, exitCode, stderr) => {
  const { root, env } = openMachine();
  const io = captureIo({ cwd: root, env });
  expect(await runProgram(["setup", ...args], io)).toBe(exitCode);
  expect(io.written.stderr).toMatch(stderr);
  expect(await readdir(root)).toEqual(["bin"]);
});

test("ktx setup --agents --yes shows the change, makes it, and names the undo, which says what it removes", async () => {
  const { root, env } = openMachine();
  const run = async (...args: readonly string[]) => {
    const io = captureIo({ cwd: root, env });
    expect(await runProgram(["setup", "--agents", "claude-code", "--yes", ...args], io)).toBe(0);
    return io.written;
  };
  const file = join(root, ".mcp.json");
  const added = await run();
  expect(added.stdout).toBe(`Added the server ktx to ${file}\n`);
  expect(added.stderr).toContain('+     "ktx": {');
  expect(added.stderr).toContain("ktx setup --agents claude-code --undo");
  expect((await run()).stdout).toBe(`Unchanged: ${file}\n`);
  expect((await run("--undo")).stdout).toBe(
    `Removed ${file}, which had nothing but the server ktx\n`,
  );
  await writeFile(file, "{}\n");
  await run();
  expect((await run("--undo")).stdout).toBe(`Removed the server ktx from ${file}\n`);
});

test("ktx setup --agents says that its entry is of use on this machine alone where no ktx is on the PATH", async () => {
  const { root } = openMachine();
  const io = captureIo({ cwd: root, env: { HOME: root } });
  expect(await runProgram(["setup", "--agents", "cursor", "--yes"], io)).toBe(0);
  expect(io.written.stderr.replaceAll(/\s+/g, " ")).toContain("No ktx is on the PATH");
});

test.each([
  ['{"mcpServers":{"a":{}},"mcpServers":{"b":{}}}', "mcpServers"],
  [
    '{"mcpServers":{"ktx":{"command":"ktx","args":["mcp"]},"ktx":{"command":"ktx","args":["mcp"]}}}',
    "ktx",
  ],
])("settings with one key twice are refused, and stay as they are: %s", async (text, key) => {
  const { setUp, fileOf, put } = openMachine();
  await put(fileOf["claude-code"], text);
  for (const undo of [false, true])
    await expect(setUp("claude-code", { undo })).rejects.toThrow(
      `has the key "${key}" more than once. Make one of them first.`,
    );
  expect(await readFile(fileOf["claude-code"], "utf8")).toBe(text);
});
