import { resolveCodexSettings, type CodexSettings } from "../resolve-config.ts";
import { failed, passed, skipped, warned, type Verdict } from "./check.ts";
import type { ListedModel, StatusInput } from "./status-input.ts";
import { compareVersions } from "./compare-versions.ts";

export function assessCodexBinary({ codex, testedCodexVersions }: StatusInput): Verdict {
  switch (codex.state) {
    case "not-run":
      return skipped(codex.reason);
    case "not-found":
      return failed(
        "The Codex binary was not found.",
        "Reinstall ktx, or name a Codex binary in KTX_CODEX_PATH.",
        codex.searched,
      );
    case "not-executable":
      return failed(
        `${codex.path} cannot be run: ${codex.reason}`,
        codex.folder === undefined
          ? "Reinstall Codex for this system, check the file's permissions, or name another Codex in KTX_CODEX_PATH."
          : "Make a folder above it writable, or set XDG_CACHE_HOME to another folder.",
      );
    case "found":
      return assessVersion(codex.path, codex.version, testedCodexVersions);
  }
}

function assessVersion(
  path: string,
  version: string | null,
  { from, to }: StatusInput["testedCodexVersions"],
): Verdict {
  const tested = from === to ? from : `${from} to ${to}`;
  const advice = `If a run misbehaves, name a Codex of the tested range (${tested}) in KTX_CODEX_PATH.`;
  const older = version === null ? undefined : compareVersions(version, from);
  const newer = version === null ? undefined : compareVersions(version, to);
  if (older === undefined || newer === undefined)
    return warned("The version of Codex cannot be compared.", advice, [path]);
  if (older < 0)
    return warned(`Codex ${version} is older than the tested versions.`, advice, [path]);
  if (newer > 0)
    return warned(`Codex ${version} is newer than the tested versions.`, advice, [path]);
  return passed(`${version} (${path})`);
}

/** Known to the binary, or accepted by the service; for an endpoint, only a turn shows its models. */
export function assessModels(input: StatusInput): Verdict {
  const { reading, turn, catalog } = input;
  if (reading.config?.llm.backend !== "codex") return skipped("No model is configured.");
  const { codex, models } = reading.config.llm;
  if (codex.endpoint !== undefined)
    return "ok" in turn && turn.ok
      ? passed(`The endpoint accepted ${models.default}.`)
      : skipped("Only a probe turn shows which models an endpoint accepts.");
  if (catalog.state === "not-run") return skipped(catalog.reason);
  if (catalog.state === "failed")
    return warned(
      `Codex does not list its models: ${catalog.reason}`,
      "Run `ktx models` to see why.",
    );

  // A role that inherits the default's model adds no new problem.
  const misfits = Object.keys(models)
    .filter((role) => role === "default" || models[role] !== models.default)
    .flatMap((role) => describeMisfit(role, models[role] ?? models.default, catalog.models, input));
  const [first] = misfits;
  if (first === undefined) return passed("Codex lists every configured model.");
  const wanted = first.path === "llm.reasoning_effort" ? "an effort" : "a model";
  const fix = `Set ${first.path} in ktx.yaml to ${wanted} that \`ktx models\` lists.`;
  const details = misfits.length > 1 ? misfits.map(({ sentence }) => sentence) : [];
  return misfits.every(({ path }) => path === "llm.models.default") && "ok" in turn && turn.ok
    ? warned(`${first.sentence} The service accepted it anyway.`, fix)
    : failed(first.sentence, fix, details);
}

function describeMisfit(
  role: string,
  written: string,
  listed: readonly ListedModel[],
  input: StatusInput,
): { path: string; sentence: string }[] {
  const path = `llm.models.${role}`;
  const { modelAliases } = input;
  const id = Object.hasOwn(modelAliases, written) ? (modelAliases[written] ?? written) : written;
  const name = id === written ? id : `${written} (${id})`;
  const model = listed.find((candidate) => candidate.id === id);
  if (model === undefined)
    return [{ path, sentence: `${path}: the installed Codex does not list ${name}.` }];
  if (!model.supportedInApi && usesApiKey(input))
    return [{ path, sentence: `${path}: ${name} is not for API keys.` }];
  const effort = input.reading.written?.llm?.reasoning_effort;
  const { reasoningLevels = [] } = model;
  if (effort !== undefined && reasoningLevels.length > 0 && !reasoningLevels.includes(effort)) {
    const sentence = `llm.reasoning_effort: ${name} takes ${reasoningLevels.join(", ")}; got ${effort}.`;
    return [{ path: "llm.reasoning_effort", sentence }];
  }
  return [];
}

function usesApiKey(input: StatusInput): boolean {
  const { state } = input.signIn;
  const byName = settings(input).auth.kind === "api-key";
  return byName || state === "api-key" || state === "environment-key";
}

export function assessSignIn(input: StatusInput): Verdict {
  const { auth } = settings(input);
  if (auth.kind === "none") return passed("The endpoint is used without a key.");
  if (auth.kind === "session") return assessSession(input);
  const { apiKeyEnv } = auth;
  return input.setVariables.has(apiKeyEnv)
    ? passed(`The variable ${apiKeyEnv} is set.`)
    : failed(`The variable ${apiKeyEnv} is not set.`, input.signInAdvice ?? generalAdvice);
}

const generalAdvice = "Authenticate Codex: run `ktx login`.";

function assessSession({ signIn, signInAdvice = generalAdvice }: StatusInput): Verdict {
  switch (signIn.state) {
    case "not-run":
      return skipped(signIn.reason);
    case "chatgpt":
      return passed("Signed in with ChatGPT.");
    case "api-key":
      return passed("Signed in with an API key.");
    case "environment-key":
      return passed(`The API key of the variable ${signIn.variable} is used.`);
    case "signed-out":
      return failed("Codex is not signed in.", signInAdvice);
    case "unreadable":
      return failed(`The Codex sign-in cannot be read: ${signIn.reason}`, signInAdvice);
  }
}

export function assessProbe({ turn }: StatusInput): Verdict {
  if (!("ok" in turn)) return skipped(turn.reason);
  return turn.ok ? passed("One turn ran to its end.") : failed(turn.message, turn.fix);
}

export function assessIsolation({ isolation }: StatusInput): Verdict {
  switch (isolation.state) {
    case "not-run":
      return skipped(isolation.reason);
    case "unavailable":
      return failed(`Strict isolation is not in force: ${isolation.reason}`, isolation.fix);
    case "host":
      return warned(
        "Isolation is off: your own Codex configuration reaches the model.",
        "Set llm.provider.codex.isolation to strict.",
        isolation.getsIn,
      );
    case "strict":
      return isolation.getsIn.length === 0
        ? passed("Strict: nothing of your own Codex reaches the model.")
        : warned(
            "Strict isolation is in force, but the listed inputs still reach the model.",
            "Remove them if that matters to you.",
            isolation.getsIn,
          );
  }
}

function settings({ reading }: StatusInput): CodexSettings {
  return resolveCodexSettings(reading.written?.llm?.provider?.codex);
}
