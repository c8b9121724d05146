import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { machineFolder, readMachineServersOff } from "@ktx/codex-home";
import { makeTestFolder } from "../../../../test/test-folder.ts";

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

async function makeFolder(config: string): Promise<string> {
  const folder = await makeTestFolder("machine");
  onTestFinished(() => folder[Symbol.asyncDispose]());
  await writeFile(join(folder.path, "config.toml"), config);
  return folder.path;
}
