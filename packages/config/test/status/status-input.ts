import { type AccountWindow, parseConfig, type StatusInput } from "../../src/index.ts";

export const readyText = `
llm:
  provider:
    backend: codex
  models:
    default: gpt-5.5
    triage: gpt-6-luna
`;

/** A project where everything is as it should be, but for what the test names. */
export function statusInput({
  text = readyText,
  ...others
}: Partial<StatusInput> & { readonly text?: string } = {}): StatusInput {
  return {
    project: {
      directory: "/home/me/project",
      configFile: "/home/me/project/ktx.yaml",
      rule: "nearest ktx.yaml",
      found: true,
      notFound: [],
    },
    reading: { file: "/home/me/project/ktx.yaml", ...parseConfig(text) },
    setVariables: new Set(["PATH", "HOME"]),
    modelAliases: { codex: "gpt-5.5", default: "gpt-5.5" },
    codex: { state: "found", path: "/opt/codex", version: "0.163.0" },
    testedCodexVersions: { from: "0.163.0", to: "0.171.0" },
    catalog: {
      state: "listed",
      models: [
        { id: "gpt-5.5", supportedInApi: true },
        { id: "gpt-6-luna", supportedInApi: true },
        { id: "gpt-6-astra", supportedInApi: false },
      ],
    },
    signIn: { state: "chatgpt" },
    signInAdvice: "Sign in.",
    limits: {
      state: "known",
      plan: "plus",
      windows: [limitWindow(), limitWindow({ usedPercent: 24, windowMinutes: 10_080 })],
    },
    turn: { ok: true },
    isolation: { state: "strict", getsIn: [] },
    ...others,
  };
}

export function limitWindow(window: Partial<AccountWindow> = {}): AccountWindow {
  return {
    name: "codex primary",
    usedPercent: 42,
    windowMinutes: 300,
    resetsAtMs: 1_800_000_000_000,
    hasCredits: false,
    ...window,
  };
}

export const notRun = { state: "not-run", reason: "Switched off by --no-probe." } as const;

/** A config whose only point is its models. */
export function withModels(models: Readonly<Record<string, string>>, provider = ""): string {
  const lines = Object.entries(models).map(([role, model]) => `    ${role}: ${model}\n`);
  return `llm:\n  provider:\n    backend: codex\n${provider}  models:\n${lines.join("")}`;
}

export const localEndpoint = `    codex:
      endpoint: { base_url: http://127.0.0.1:11434/v1, api_key_env: MY_KEY }
`;
