import { describe, expect, test } from "vitest";
import { assessStatus, type Check, type CheckId, type StatusInput } from "../../src/index.ts";
import {
  limitWindow,
  localEndpoint,
  notRun,
  readyText,
  statusInput,
  withModels,
} from "./status-input.ts";

function checkOf(id: CheckId, input: StatusInput): Omit<Check, "id" | "title"> | undefined {
  const check = assessStatus(input).checks.find((candidate) => candidate.id === id);
  if (check === undefined) return undefined;
  const { id: _id, title: _title, ...verdict } = check;
  return verdict;
}

function outcomes(input: StatusInput): Record<string, string> {
  return Object.fromEntries(assessStatus(input).checks.map(({ id, outcome }) => [id, outcome]));
}

test("a ready project gives a report of version 1 in which every check passed", () => {
  expect(assessStatus(statusInput())).toEqual({
    version: 1,
    ready: true,
    exitCode: 0,
    project: {
      directory: "/home/me/project",
      configFile: "/home/me/project/ktx.yaml",
      rule: "nearest ktx.yaml",
      found: true,
    },
    config: { backend: "codex", isolation: "strict", apiKeyEnv: null, endpoint: null },
    models: {
      default: "gpt-5.5",
      triage: "gpt-6-luna",
      candidateExtraction: "gpt-5.5",
      curator: "gpt-5.5",
      reconcile: "gpt-5.5",
      repair: "gpt-5.5",
    },
    codex: { path: "/opt/codex", version: "0.163.0" },
    limits: {
      plan: "plus",
      windows: [limitWindow(), limitWindow({ usedPercent: 24, windowMinutes: 10_080 })],
    },
    problems: [],
    checks: [
      ["project", "Project", "/home/me/project (by nearest ktx.yaml)"],
      ["config", "Configuration", "ktx.yaml has no problems."],
      ["backend", "Backend", "codex"],
      ["default-model", "Default model", "gpt-5.5"],
      ["codex-binary", "Codex binary", "0.163.0 (/opt/codex)"],
      ["models", "Models", "Codex lists every configured model."],
      ["sign-in", "Sign-in", "Signed in with ChatGPT."],
      [
        "limits",
        "Limits",
        "42 % of 5 hours used, resets at 2027-01-15 08:00 UTC; 24 % of 7 days used, resets at 2027-01-15 08:00 UTC.",
      ],
      ["probe", "Probe turn", "One turn ran to its end."],
      ["isolation", "Isolation", "Strict: nothing of your own Codex reaches the model."],
    ].map(([id, title, message]) => ({ id, title, outcome: "passed", message })),
  });
});

test("the report is plain data: JSON gives it back unchanged", () => {
  for (const input of [statusInput(), statusInput({ text: "" }), statusInput({ text: "llm: 1" })]) {
    const report = assessStatus(input);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  }
});

test("in an empty folder the project is what is missing, and everything else waits for it", () => {
  const input = statusInput();
  const report = assessStatus({
    ...input,
    project: {
      ...input.project,
      rule: "current folder",
      found: false,
      notFound: ["There is no ktx.yaml."],
    },
    reading: { file: "/x/ktx.yaml", written: undefined, config: undefined, problems: [] },
  });
  expect([report.ready, report.exitCode, report.config, report.models]).toEqual([
    false,
    1,
    null,
    null,
  ]);
  expect(report.checks.map(({ outcome }) => outcome)).toEqual([
    "failed",
    ...Array.from({ length: 9 }, () => "skipped"),
  ]);
  expect(report.checks[0]).toMatchObject({
    message: "There is no ktx.yaml.",
    fix: "Run `ktx setup --llm-backend codex --no-input` in the project's folder.",
  });
  expect(report.checks[1]).toMatchObject({ message: "Not checked until Project passes." });
});

describe("configuration", () => {
  test("a store whose variable is not set is a warning, which names what needs it", () => {
    const text =
      "llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }\nbatch: { store: TEAM_DB }\n";
    expect(checkOf("config", statusInput({ text }))).toEqual({
      outcome: "warned",
      message:
        "TEAM_DB, which batch.store names, is not set: `ktx ingest` and `ktx batch` cannot run.",
      fix: "Set TEAM_DB to the URL of a Postgres database, or give --store local.",
    });
    const setVariables = new Set(["TEAM_DB"]);
    expect(checkOf("config", statusInput({ text, setVariables }))?.outcome).toBe("passed");
  });

  test("an error fails, carries the problem with its place, and takes the fix from it", () => {
    expect(
      checkOf("config", statusInput({ text: "llm:\n  provider:\n    backend: codx\n" })),
    ).toEqual({
      outcome: "failed",
      message: "ktx.yaml has 1 error.",
      fix: "Did you mean `backend: codex`?",
      details: ['ktx.yaml:3:14  llm.provider.backend: expected `none` or `codex`, got "codx"'],
    });
  });

  test("several problems keep each their own fix", () => {
    expect(checkOf("config", statusInput({ text: "llm: 1\nlmm: 2\n" }))).toEqual({
      outcome: "failed",
      message: "ktx.yaml has 1 error.",
      fix: "Correct these places in ktx.yaml.",
      details: [
        "ktx.yaml:1:6  llm: expected a mapping with provider and models, got number 1\n  fix: Write, for example, `llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }`.",
        'ktx.yaml:2:1  warning: lmm: expected one of llm, batch, got "lmm", which has no effect\n  fix: Did you mean `llm`?',
      ],
    });
  });

  test("a warning alone leaves the project ready", () => {
    const input = statusInput({ text: `${readyText}extra: 1\n` });
    expect(checkOf("config", input)).toMatchObject({
      outcome: "warned",
      message: "ktx.yaml is valid, with 1 warning.",
    });
    expect(assessStatus(input).ready).toBe(true);
  });
});

test.each([
  ["not chosen", "llm: {}\n", "No backend is chosen."],
  [
    "none",
    "llm: { provider: { backend: none } }\n",
    "The backend is `none`: no command may use a model.",
  ],
])("a backend that is %s is not ready", (_, text, message) => {
  expect(checkOf("backend", statusInput({ text }))).toEqual({
    outcome: "failed",
    message,
    fix: "Run `ktx setup --llm-backend codex --no-input`.",
  });
});

test("without a default model the binary, the sign-in and the isolation are looked at all the same", () => {
  const input = statusInput({ text: "llm: { provider: { backend: codex } }\n", turn: notRun });
  expect(outcomes(input)).toEqual({
    project: "passed",
    config: "passed",
    backend: "passed",
    "default-model": "failed",
    "codex-binary": "passed",
    models: "skipped",
    "sign-in": "passed",
    limits: "passed",
    probe: "skipped",
    isolation: "passed",
  });
  expect(checkOf("default-model", input)).toEqual({
    outcome: "failed",
    message: "llm.models.default is not set, and no model is assumed.",
    fix: "Set llm.models.default to a model that `ktx models` lists.",
  });
});

describe("the account's limits", () => {
  const windows = (...given: Parameters<typeof limitWindow>) =>
    statusInput({ limits: { state: "known", plan: null, windows: given.map(limitWindow) } });

  test("warn from 90 % on", () => {
    expect(checkOf("limits", windows({ usedPercent: 89 }))?.outcome).toBe("passed");
    expect(checkOf("limits", windows({ usedPercent: 90, resetsAtMs: null }))).toEqual({
      outcome: "warned",
      message: "90 % of 5 hours used.",
      fix: "Plan long runs for the time after the reset.",
    });
  });

  test("fail where a window is used up, unless there are credits", () => {
    const input = windows({ usedPercent: 100, windowMinutes: 90 });
    expect(checkOf("limits", input)).toEqual({
      outcome: "failed",
      message: "100 % of 90 minutes used, resets at 2027-01-15 08:00 UTC.",
      fix: "Wait for the reset, or add credits to the account.",
    });
    expect(assessStatus(input).ready).toBe(false);
    expect(checkOf("limits", windows({ usedPercent: 100, hasCredits: true }))).toMatchObject({
      outcome: "warned",
      message: expect.stringContaining("100 % of 5 hours used, credits are used, resets"),
    });
  });

  test("have the name of a window without a length, and no reset beyond every calendar", () => {
    const odd = { windowMinutes: null, resetsAtMs: 1e300, name: "codex individual" };
    expect(checkOf("limits", windows(odd))?.message).toBe("42 % of codex individual used.");
    expect(checkOf("limits", windows())?.message).toBe("The account has no limits.");
  });

  test("are skipped where the account does not report them, and a warning where they cannot be read", () => {
    expect(checkOf("limits", statusInput({ limits: { state: "unknown" } }))).toEqual({
      outcome: "skipped",
      message: "This account does not report its limits.",
    });
    const text = `llm: { provider: { backend: codex, codex: { endpoint: { base_url: "http://a.example/v1" } } }, models: { default: m } }`;
    const { checks } = assessStatus(statusInput({ text, limits: { state: "unknown" } }));
    expect(checks.find(({ id }) => id === "limits")).toMatchObject({
      outcome: "skipped",
      message: "The endpoint reports no limits.",
    });
    const failing = statusInput({ limits: { state: "failed", reason: "no network" } });
    expect(checkOf("limits", failing)).toMatchObject({
      outcome: "warned",
      message: "The account's limits could not be read: no network",
    });
    expect(assessStatus(failing)).toMatchObject({ ready: true, limits: null });
  });
});

describe("the Codex binary", () => {
  test.each([
    ["0.163.0", "passed", "0.163.0 (/opt/codex)"],
    ["0.171.0", "passed", "0.171.0 (/opt/codex)"],
    ["0.165.0-alpha.2", "passed", "0.165.0-alpha.2 (/opt/codex)"],
    ["0.162.9", "warned", "Codex 0.162.9 is older than the tested versions."],
    ["0.171.1", "warned", "Codex 0.171.1 is newer than the tested versions."],
    ["1.0.0", "warned", "Codex 1.0.0 is newer than the tested versions."],
    ["nightly", "warned", "The version of Codex cannot be compared."],
    [null, "warned", "The version of Codex cannot be compared."],
  ])("of version %s has %s", (version, outcome, message) => {
    const codex = { state: "found", path: "/opt/codex", version } as const;
    expect(checkOf("codex-binary", statusInput({ codex }))).toMatchObject({ outcome, message });
  });

  test("that is not found says where it was looked for", () => {
    const codex = { state: "not-found", searched: ["/a/codex", "/b/codex"] } as const;
    const input = statusInput({ codex, catalog: notRun, turn: notRun });
    expect(checkOf("codex-binary", input)).toEqual({
      outcome: "failed",
      message: "The Codex binary was not found.",
      fix: "Reinstall ktx, or name a Codex binary in KTX_CODEX_PATH.",
      details: ["/a/codex", "/b/codex"],
    });
    expect(checkOf("models", input)?.message).toBe("Not checked until Codex binary passes.");
  });

  test("that cannot be run says why", () => {
    const codex = {
      state: "not-executable",
      path: "/opt/codex",
      reason: "no permission.",
    } as const;
    expect(checkOf("codex-binary", statusInput({ codex }))).toMatchObject({
      outcome: "failed",
      message: "/opt/codex cannot be run: no permission.",
    });
  });
});

test("a binary whose folder cannot be made is not to be installed again", () => {
  const codex = {
    state: "not-executable",
    path: "/opt/codex",
    reason: "the folder /u/.cache cannot be made (EROFS: read-only file system)",
    folder: "/u/.cache",
  } as const;
  expect(checkOf("codex-binary", statusInput({ codex }))).toMatchObject({
    outcome: "failed",
    fix: "Make a folder above it writable, or set XDG_CACHE_HOME to another folder.",
  });
});

describe("models", () => {
  test("that the binary does not list fail, by role, with a fix that is never about the sign-in", () => {
    const text = withModels({ default: "gpt-5.5", triage: "gpt-4", repair: "gpt-3" });
    expect(checkOf("models", statusInput({ text }))).toEqual({
      outcome: "failed",
      message: "llm.models.triage: the installed Codex does not list gpt-4.",
      fix: "Set llm.models.triage in ktx.yaml to a model that `ktx models` lists.",
      details: [
        "llm.models.triage: the installed Codex does not list gpt-4.",
        "llm.models.repair: the installed Codex does not list gpt-3.",
      ],
    });
  });

  test("that the binary does not list pass with a warning when the probe turn ran on them", () => {
    const text = withModels({ default: "gpt-next" });
    expect(checkOf("models", statusInput({ text }))?.outcome).toBe("warned");
    expect(checkOf("models", statusInput({ text, turn: notRun }))?.outcome).toBe("failed");
  });

  test("by alias are looked up by what the alias stands for", () => {
    const text = withModels({ default: "codex" });
    expect(checkOf("models", statusInput({ text }))?.outcome).toBe("passed");
    const modelAliases = { codex: "gpt-gone" };
    expect(checkOf("models", statusInput({ text, modelAliases, turn: notRun }))?.message).toBe(
      "llm.models.default: the installed Codex does not list codex (gpt-gone).",
    );
  });

  const notForKeys = {
    outcome: "failed",
    message: "llm.models.default: gpt-6-astra is not for API keys.",
    fix: "Set llm.models.default in ktx.yaml to a model that `ktx models` lists.",
  };

  test.each([
    [{ state: "chatgpt" }, { outcome: "passed", message: "Codex lists every configured model." }],
    [{ state: "api-key" }, notForKeys],
    [{ state: "environment-key", variable: "CODEX_API_KEY" }, notForKeys],
  ] as const)("that are not for API keys, signed in as %o", (signIn, verdict) => {
    const text = withModels({ default: "gpt-6-astra" });
    expect(checkOf("models", statusInput({ text, signIn, turn: notRun }))).toEqual(verdict);
  });

  test("that Codex could not list are a warning", () => {
    const catalog = { state: "failed", reason: "exit code 2." } as const;
    expect(checkOf("models", statusInput({ catalog }))).toMatchObject({
      outcome: "warned",
      message: "Codex does not list its models: exit code 2.",
    });
  });

  test("of an endpoint are proven by a turn, and by nothing else", () => {
    const text = withModels({ default: "llama3" }, localEndpoint);
    const setVariables = new Set(["MY_KEY"]);
    expect(checkOf("models", statusInput({ text, setVariables }))).toEqual({
      outcome: "passed",
      message: "The endpoint accepted llama3.",
    });
    expect(checkOf("models", statusInput({ text, setVariables, turn: notRun }))).toEqual({
      outcome: "skipped",
      message: "Only a probe turn shows which models an endpoint accepts.",
    });
  });
});

describe("sign-in", () => {
  const advice = "Sign in.";

  test.each([
    [{ state: "chatgpt" }, { outcome: "passed", message: "Signed in with ChatGPT." }],
    [{ state: "api-key" }, { outcome: "passed", message: "Signed in with an API key." }],
    [
      { state: "environment-key", variable: "CODEX_API_KEY" },
      { outcome: "passed", message: "The API key of the variable CODEX_API_KEY is used." },
    ],
    [
      { state: "signed-out" },
      { outcome: "failed", message: "Codex is not signed in.", fix: advice },
    ],
    [
      { state: "unreadable", reason: "auth.json is no JSON." },
      {
        outcome: "failed",
        message: "The Codex sign-in cannot be read: auth.json is no JSON.",
        fix: advice,
      },
    ],
    [notRun, { outcome: "skipped", message: "Switched off by --no-probe." }],
  ] as const)("of %o", (signIn, verdict) => {
    expect(checkOf("sign-in", statusInput({ signIn }))).toEqual(verdict);
  });

  test("without which no turn is expected", () => {
    expect(
      checkOf("probe", statusInput({ signIn: { state: "signed-out" }, turn: notRun })),
    ).toEqual({
      outcome: "skipped",
      message: "Not checked until Sign-in passes.",
      waitsFor: "sign-in",
    });
  });

  test.each([
    ["an endpoint's key", localEndpoint],
    ["an API key by name", "    codex: { api_key_env: MY_KEY }\n"],
  ])("by %s asks whether the variable is set, and nothing of the session", (_, provider) => {
    const text = withModels({ default: "gpt-5.5" }, provider);
    const signIn = { state: "signed-out" } as const;
    expect(checkOf("sign-in", statusInput({ text, signIn }))).toEqual({
      outcome: "failed",
      message: "The variable MY_KEY is not set.",
      fix: advice,
    });
    expect(
      checkOf("sign-in", statusInput({ text, signIn, setVariables: new Set(["MY_KEY"]) })),
    ).toEqual({ outcome: "passed", message: "The variable MY_KEY is set." });
  });

  test("without advice of the caller names the login of ktx", () => {
    const { signInAdvice: _, ...input } = statusInput({ signIn: { state: "signed-out" } });
    expect(checkOf("sign-in", input)?.fix).toBe("Authenticate Codex: run `ktx login`.");
  });

  test("is not needed for an endpoint without a key", () => {
    const provider = "    codex: { endpoint: { base_url: http://127.0.0.1:1 } }\n";
    const text = withModels({ default: "llama3" }, provider);
    expect(checkOf("sign-in", statusInput({ text, signIn: { state: "signed-out" } }))).toEqual({
      outcome: "passed",
      message: "The endpoint is used without a key.",
    });
  });
});

test("a failed probe turn carries its own message and fix", () => {
  const turn = {
    ok: false,
    message: "gpt-5.5 is not available.",
    fix: "Set llm.models.default to another model.",
  } as const;
  const report = assessStatus(statusInput({ turn }));
  expect(report.exitCode).toBe(1);
  expect(checkOf("probe", statusInput({ turn }))).toEqual({
    outcome: "failed",
    message: turn.message,
    fix: turn.fix,
  });
});

test("a project whose probe turn was switched off is ready as far as was looked", () => {
  const report = assessStatus(statusInput({ turn: notRun }));
  expect([report.ready, report.exitCode]).toEqual([true, 0]);
});

describe("isolation", () => {
  test.each([
    [
      { state: "strict", getsIn: ["an MCP resource"] },
      {
        outcome: "warned",
        message: "Strict isolation is in force, but the listed inputs still reach the model.",
        fix: "Remove them if that matters to you.",
        details: ["an MCP resource"],
      },
    ],
    [
      { state: "host", getsIn: ["AGENTS.md", "3 MCP servers"] },
      {
        outcome: "warned",
        message: "Isolation is off: your own Codex configuration reaches the model.",
        fix: "Set llm.provider.codex.isolation to strict.",
        details: ["AGENTS.md", "3 MCP servers"],
      },
    ],
    [
      { state: "unavailable", reason: "no cache folder.", fix: "Make one." },
      {
        outcome: "failed",
        message: "Strict isolation is not in force: no cache folder.",
        fix: "Make one.",
      },
    ],
    [notRun, { outcome: "skipped", message: "Switched off by --no-probe." }],
  ] as const)("of %o", (isolation, verdict) => {
    expect(checkOf("isolation", statusInput({ isolation }))).toEqual(verdict);
  });
});

test("every check that failed has a fix, whatever failed", () => {
  const inputs = [
    statusInput({ text: "llm: 1" }),
    statusInput({ text: "" }),
    statusInput({ text: withModels({ triage: "gpt-5.5" }) }),
    statusInput({ codex: { state: "not-found", searched: [] } }),
    statusInput({ signIn: { state: "signed-out" } }),
    statusInput({ text: withModels({ default: "gpt-x" }), turn: notRun }),
  ];
  for (const input of inputs) {
    const failures = assessStatus(input).checks.filter(({ outcome }) => outcome === "failed");
    expect(failures).not.toEqual([]);
    for (const { fix } of failures) expect(fix).toMatch(/[.?]$/);
  }
});
