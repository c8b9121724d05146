/** One Codex setting of ktx, with its reason. */
export interface IsolationSetting {
  /** The dotted key in `config.toml`. */
  readonly key: string;
  readonly value: SettingValue;
  readonly reason: string;
}

type SettingValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [key: string]: SettingValue };

/** Settings that keep any run bounded and private; they hold in every isolation mode. */
export const boundedSettings: readonly IsolationSetting[] = [
  {
    key: "features.unbounded_connection_retries",
    value: false,
    reason: "otherwise retries a refused connection or a failed name look-up forever",
  },
  {
    key: "analytics.enabled",
    value: false,
    reason:
      "reports events to a third-party host, and waits 5 s after the turn if that does not answer",
  },
  {
    key: "experimental_thread_store",
    value: { type: "in_memory", id: "ktx" },
    reason: "keeps the runs of a program out of the user's session list; saves 47 ms per run",
  },
  {
    key: "features.shell_snapshot",
    value: false,
    reason:
      "writes the whole environment, including keys, to a file that stays if Codex is ended early (0.169.0)",
  },
];

/** Settings that leave the model with this run's tools, and beside a server Codex's readers of MCP resources. */
export const strictSettings: readonly IsolationSetting[] = [
  ...feature("a built-in tool that reads, writes or runs things on this machine", [
    "shell_tool",
    "view_image",
    "image_generation",
    "browser_use",
    "computer_use",
    "in_app_browser",
  ]),
  ...feature("a built-in tool that plans, sleeps or delegates", [
    "goals",
    "multi_agent",
    "sleep_tool",
  ]),
  ...feature("brings the user's plugins, apps and skills, and looks up their catalogues", [
    "apps",
    "plugins",
    "remote_plugin",
    "skill_search",
    "tool_suggest",
  ]),
  ...feature("brings data of the user's other sessions", ["memories", "hooks"]),
  ...feature("asks a second model about each action", ["guardian_approval"]),
  {
    key: "agents.enabled",
    value: false,
    reason: "otherwise gives gpt-6 models collaboration tools and two more developer messages",
  },
  {
    key: "tools.experimental_request_user_input",
    value: { enabled: false },
    reason: "lets the model ask the user a question, which nobody can answer",
  },
  {
    key: "skills",
    value: { include_instructions: false, bundled: { enabled: false } },
    reason: "also stops $HOME/.agents/skills, which a separate Codex home does not",
  },
  ...["environment_context", "permissions_instructions", "apps_instructions"].map(instruction),
  instruction("collaboration_mode_instructions"),
  {
    key: "project_root_markers",
    value: [],
    reason: "otherwise searches every folder above the working directory for settings and skills",
  },
  { key: "project_doc_max_bytes", value: 0, reason: "reads AGENTS.md of the working directory" },
  {
    key: "developer_instructions",
    value: "",
    reason: "adds text of the machine's configuration, which a separate Codex home does not stop",
  },
  { key: "notify", value: [], reason: "runs a program of the user after each turn" },
];

/** Settings as the nested object that a runner passes to Codex. */
export function nestSettings(settings: readonly IsolationSetting[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const { key, value } of settings) setAt(root, key.split("."), value);
  return root;
}

function setAt(
  target: Record<string, unknown>,
  path: readonly string[],
  value: SettingValue,
): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    target[head] = value;
    return;
  }
  const inner = target[head];
  const next = isRecord(inner) ? inner : {};
  target[head] = next;
  setAt(next, rest, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function feature(reason: string, names: readonly string[]): IsolationSetting[] {
  return names.map((name) => ({ key: `features.${name}`, value: false, reason }));
}

function instruction(name: string): IsolationSetting {
  return { key: `include_${name}`, value: false, reason: "adds a text to every request" };
}
