import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { machineFolder, readMachineServersOff } from "@ktx/codex-home";
import { type TransportName, transports } from "../e2e/scene.ts";
import { makeTestFolder } from "./test-folder.ts";

test("each MCP server of the machine's configuration is turned off by its name", async () => {
  const folder = await makeFolder(`
[mcp_servers.mail]
command = "mail"
[mcp_servers.browser-2]
url = "https://example.com/mcp"
`);
  expect(await readMachineServersOff(folder)).toEqual({
    mail: { enabled: false },
    "browser-2": { enabled: false },
  });
});

test.each(["", "model = 'x'", "mcp_servers = 1", "no = = toml"])(
  "a configuration without servers turns none off: %s",
  async (config) => {
    expect(await readMachineServersOff(await makeFolder(config))).toEqual({});
  },
);

test("a machine without a configuration turns none off", async () => {
  expect(await readMachineServersOff("/nowhere")).toEqual({});
});

test("the machine's folder follows the platform's convention", () => {
  expect(machineFolder({}, "linux")).toBe("/etc/codex");
  expect(machineFolder({ ProgramData: "D:\\Data" }, "win32")).toMatch(/^D:\\Data.OpenAI.Codex$/);
});

// The real folder can only be filled in a mount namespace of root's, where /etc is another folder.
const canReplaceEtc =
  spawnSync("unshare", ["-m", "sh", "-c", "mount --bind /etc /etc"], { stdio: "ignore" }).status ===
  0;

test.skipIf(!canReplaceEtc)(
  "what the machine's configuration brings does not reach the model",
  async () => {
    const folder = await makeFolder("");
    const program = join(import.meta.dirname, "machine-program.ts");
    const script = `
mkdir -p "$1/etc/codex" && mount --bind "$1/etc" /etc
printf 'developer_instructions = "TRAP_MACHINE"\\n[mcp_servers.trap]\\ncommand = "/bin/sh"\\nargs = ["-c", "touch %s/sprung"]\\n' "$1" > /etc/codex/config.toml
exec "$0" --conditions=@ktx/source "$2" "$3" "$4"`;
    const run = (isolation: string, transport: TransportName): unknown =>
      JSON.parse(
        spawnSync(
          "unshare",
          ["-m", "sh", "-c", script, process.execPath, folder, program, isolation, transport],
          {
            encoding: "utf8",
            env: { PATH: process.env["PATH"], HOME: folder, XDG_CACHE_HOME: folder },
          },
        ).stdout,
      );
    for (const transport of transports)
      expect(run("strict", transport)).toEqual({ tools: [], trapped: false });
    // The proof that the trap is set: without it, the runs above would show nothing.
    expect(run("host", "exec")).toMatchObject({ trapped: true });
  },
);

async function makeFolder(config: string): Promise<string> {
  const folder = await makeTestFolder("machine");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeFile(join(folder.path, "config.toml"), config);
  return folder.path;
}
