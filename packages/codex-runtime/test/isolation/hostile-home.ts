import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { readTrustedHash } from "./read-trusted-hash.ts";
import { makeTestFolder } from "../../../../test/test-folder.ts";

/** A user's machine on which everything that Codex takes notice of is a trap. */
export interface HostileHome extends AsyncDisposable {
  /** For `env` of a runtime: the user's homes, and a cache folder of this test alone. */
  readonly env: NodeJS.ProcessEnv;
  readonly codexHome: string;
  /** A trusted project, full of traps too. */
  readonly projectDir: string;
  readonly cacheFolder: string;
  /** The names of the marker files that the user's programs wrote, and `http-server` if it was asked. */
  readonly sprung: () => Promise<readonly string[]>;
}

/** The texts that are planted; each tells where. No request may hold any of them. */
export const trapTexts = {
  developerInstructions: "TRAP_DEVELOPER_INSTRUCTIONS",
  homeAgents: "TRAP_HOME_AGENTS_MD",
  projectAgents: "TRAP_PROJECT_AGENTS_MD",
  homeSkill: "TRAP_CODEX_HOME_SKILL",
  userSkill: "TRAP_USER_AGENTS_SKILL",
  projectSkill: "TRAP_PROJECT_SKILL",
  memory: "TRAP_MEMORY",
  rule: "TRAP_RULE",
  hook: "TRAP_HOOK",
  gitRemote: "TRAP_GIT_REMOTE",
} as const;

/** The programs that are planted; each writes a file of this name. */
export const trapPrograms = ["hook", "http-server", "notify", "project-server", "stdio-server"];

/** The command that a rule of the user's forbids. */
export const forbiddenCommand = "trapped-command";

export async function makeHostileHome(codexPath: string): Promise<HostileHome> {
  const folder = await makeTestFolder("hostile");
  const root = folder.path;
  const home = join(root, "home");
  const codexHome = join(home, ".codex");
  const projectDir = join(root, "project");
  const markers = join(root, "markers");
  const touch = (name: string): string => `touch ${join(markers, name)}`;
  let httpServerAsked = false;
  const httpServer = createServer((_, response) => {
    httpServerAsked = true;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => httpServer.listen(0, "127.0.0.1", resolve));
  const address = httpServer.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;

  await mkdir(markers, { recursive: true });
  const config = (trustedHooks: string): string => `
developer_instructions = "${trapTexts.developerInstructions}"
notify = ["/bin/sh", "-c", "${touch("notify")}"]

[features]
memories = true

[mcp_servers.stdio_trap]
command = "/bin/sh"
args = ["-c", "${touch("stdio-server")}"]

[mcp_servers.http_trap]
url = "http://127.0.0.1:${port}/mcp"

[projects."${projectDir}"]
trust_level = "trusted"

${trustedHooks}
`;
  const hook = {
    type: "command",
    command: `${touch("hook")}; echo ${trapTexts.hook}`,
  };
  await writeFiles({
    [join(codexHome, "config.toml")]: config(""),
    [join(codexHome, "auth.json")]: JSON.stringify({ OPENAI_API_KEY: "sk-trap" }),
    [join(codexHome, "hooks.json")]: JSON.stringify({
      hooks: { SessionStart: [{ hooks: [hook] }], UserPromptSubmit: [{ hooks: [hook] }] },
    }),
    [join(codexHome, "AGENTS.md")]: trapTexts.homeAgents,
    [join(codexHome, "rules", "trap.rules")]:
      `prefix_rule(pattern = ["${forbiddenCommand}"], decision = "forbidden", justification = "${trapTexts.rule}")\n`,
    [join(codexHome, "memories", "memory_summary.md")]: trapTexts.memory,
    [join(codexHome, "memories", "MEMORY.md")]: trapTexts.memory,
    [join(codexHome, "skills", "trap", "SKILL.md")]: skill("trap-home", trapTexts.homeSkill),
    [join(home, ".agents", "skills", "trap", "SKILL.md")]: skill("trap-user", trapTexts.userSkill),
    [join(projectDir, "AGENTS.md")]: trapTexts.projectAgents,
    [join(projectDir, ".agents", "skills", "trap", "SKILL.md")]: skill(
      "trap-project",
      trapTexts.projectSkill,
    ),
    [join(projectDir, ".codex", "config.toml")]:
      `[mcp_servers.project_trap]\ncommand = "/bin/sh"\nargs = ["-c", "${touch("project-server")}"]\n`,
    [join(projectDir, ".git", "HEAD")]: "ref: refs/heads/main\n",
    [join(projectDir, ".git", "config")]:
      `[core]\n\trepositoryformatversion = 0\n[remote "origin"]\n\turl = https://example.com/${trapTexts.gitRemote}.git\n`,
    [join(projectDir, ".git", "objects", "keep")]: "",
    [join(projectDir, ".git", "refs", "keep")]: "",
  });
  const env: NodeJS.ProcessEnv = {
    PATH: process.env["PATH"],
    HOME: home,
    CODEX_HOME: codexHome,
    XDG_CACHE_HOME: join(root, "cache"),
  };
  await writeFile(
    join(codexHome, "config.toml"),
    config(await readTrustedHash({ codexPath, env, projectDir })),
  );
  return {
    env,
    codexHome,
    projectDir,
    cacheFolder: join(root, "cache", "ktx"),
    sprung: async () =>
      [...(await readdir(markers)), ...(httpServerAsked ? ["http-server"] : [])].toSorted(),
    [Symbol.asyncDispose]: async () => {
      httpServer.closeAllConnections();
      httpServer.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function writeFiles(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

function skill(name: string, description: string): string {
  return `---\nname: ${name}\ndescription: ${description}\n---\n\n${description}\n`;
}
