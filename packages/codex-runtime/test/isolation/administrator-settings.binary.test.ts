import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type TransportName, transports } from "../e2e/scene.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

// The real folder can only be filled in a mount namespace of root's, where /etc is another folder.
const canReplaceEtc =
  spawnSync("unshare", ["-m", "sh", "-c", "mount --bind /etc /etc"], { stdio: "ignore" }).status ===
  0;

test.skipIf(!canReplaceEtc)(
  "what the machine's configuration brings does not reach the model",
  async () => {
    const made = await makeTestFolder("machine");
    onTestFinished(() => made[Symbol.asyncDispose]());
    const folder = made.path;
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
