import { execFile, spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { answering, startCodexSim, toolCall } from "@ktx/codex-sim";
import { describe, expect, onTestFinished, test } from "vitest";
import { CodexKtxLlmRuntime } from "../../src/index.ts";
import { findCodexBinary } from "@ktx/codex-binary";
import { type TransportName, transports } from "../e2e/scene.ts";
import { chatGptSignIn } from "./account.ts";
import { codexWays } from "./codex-ways.ts";
import { makeHostileHome } from "./hostile-home.ts";
import { startRecordingProxy } from "./recording-proxy.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";
import { wikiTools } from "./wiki-tools.ts";

const enterNamespace = ["unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$0" "$@"'];
const traced = "connect,sendto,sendmsg,sendmmsg,open,openat";
const hasNamespace = succeeds([...enterNamespace, "true"]);
const hasTrace = succeeds(["strace", "-f", "-o", "/dev/null", "true"]);

describe.each(codexWays)("the network, as Codex $version uses it over $transport", (way) => {
  // Needs `unshare -rn` (user and network namespaces) or `strace`; many containers allow neither.
  test.skipIf(!hasNamespace && !hasTrace)(
    "a strict run needs, looks up and contacts nothing but its endpoint and its tools, and opens no file of the user's",
    async () => {
      const { answer, ports, contacts, userFiles } = await watchProgram({
        ...way,
        isolation: "strict",
      });
      expect(answer).toBe("done");
      const own = ports.map((port) => `127.0.0.1:${port}`).toSorted();
      expect(contacts).toEqual(hasTrace ? own : []);
      expect(userFiles).toEqual([]);
    },
  );
});

// Needs `strace`: without it no one can see what is looked up in vain.
test.skipIf(!hasTrace)(
  "a run in host mode looks up other hosts and opens the user's files",
  async () => {
    const { contacts, userFiles } = await watchProgram({
      codexPath: findCodexBinary(),
      transport: "exec",
      isolation: "host",
    });
    expect(contacts.filter((contact) => contact.endsWith(":53"))).not.toEqual([]);
    expect(userFiles).toContain("home/.codex/config.toml");
    expect(userFiles).toContain("home/.agents/skills/trap/SKILL.md");
    expect(userFiles).toContain("project/AGENTS.md");
  },
);

test.each(transports)(
  "a proxy is given nothing that is meant for this machine, over %s",
  async (transport) => {
    const folder = await makeTestFolder("proxy");
    onTestFinished(() => folder[Symbol.asyncDispose]());
    const { url, hosts } = await startRecordingProxy();
    await using sim = await startCodexSim({
      script: answering((found) =>
        found === undefined ? [toolCall("wiki_search", { query: "rev" })] : found,
      ),
    });
    const runtime = new CodexKtxLlmRuntime({
      projectDir: folder.path,
      modelSlots: { default: "codex" },
      endpoint: { baseUrl: sim.baseUrl },
      transport,
      env: { HOME: folder.path, HTTP_PROXY: url, http_proxy: url, ALL_PROXY: url },
    });
    const answer = await runtime.generateText({ role: "default", prompt: "hi", tools: wikiTools });
    expect(answer).toContain("found rev");
    expect(hosts()).toEqual([]);
  },
);

interface WatchedWay {
  readonly codexPath: string;
  readonly transport: TransportName;
  readonly isolation: "strict" | "host";
}

interface Watched {
  readonly answer: string;
  /** The loopback ports of the program's own services. */
  readonly ports: readonly number[];
  /** Every internet address that was connected or sent to; empty without a trace. */
  readonly contacts: readonly string[];
  /** Every path in the user's home and project that was to be opened; empty without a trace. */
  readonly userFiles: readonly string[];
}

/** Runs the program on a user's machine full of traps, where possible with loopback as its only network. */
async function watchProgram({ codexPath, transport, isolation }: WatchedWay): Promise<Watched> {
  const home = await makeHostileHome(codexPath);
  onTestFinished(() => home[Symbol.asyncDispose]());
  // The account's host is looked up wherever Codex finds such a sign-in, whatever its endpoint.
  if (isolation === "strict")
    await writeFile(
      join(home.codexHome, "auth.json"),
      chatGptSignIn({ refreshToken: "first", expiresInSeconds: 3_600 }),
    );
  const root = join(home.projectDir, "..");
  const log = join(root, "trace");
  const [command, ...prefix] = [
    ...(hasNamespace ? enterNamespace : []),
    ...(hasTrace ? ["strace", "-f", "-qq", "-e", `trace=${traced}`] : []),
    ...(hasTrace ? ["-o", log] : []),
    process.execPath,
  ];
  const program = join(import.meta.dirname, "network-program.ts");
  const { stdout } = await promisify(execFile)(
    command,
    [
      ...prefix,
      "--conditions=@ktx/source",
      program,
      isolation,
      transport,
      codexPath,
      home.projectDir,
    ],
    { env: home.env, timeout: 100_000, killSignal: "SIGKILL" },
  );
  const trace = hasTrace ? await readFile(log, "utf8") : "";
  const printed = JSON.parse(stdout) as Pick<Watched, "answer" | "ports">;
  return { ...printed, contacts: findContacts(trace), userFiles: findUserFiles(trace, root) };
}

function findContacts(trace: string): readonly string[] {
  const v4 = trace.matchAll(/sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g);
  const v6 = trace.matchAll(/sin6_port=htons\((\d+)\)[^}]*inet_pton\(AF_INET6, "([^"]+)"/g);
  const found = [...v4, ...v6].map(([, port, address]) => `${address}:${port}`);
  return [...new Set(found)].toSorted();
}

function findUserFiles(trace: string, root: string): readonly string[] {
  const opened = Array.from(
    trace.matchAll(/open(?:at)?\([^"\n]*"([^"]+)"/g),
    ([, path = ""]) => path,
  );
  const relative = opened
    .filter((path) => path.startsWith(root))
    .map((path) => path.slice(root.length + 1));
  return [...new Set(relative)].filter((path) => /^(?:home|project)\//.test(path)).toSorted();
}

function succeeds([command = "", ...args]: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}
