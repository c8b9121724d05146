import type { ProjectRule } from "../find-project.ts";
import type { ConfigProblem } from "../config-problem.ts";
import { resolveCodexSettings, type ResolvedModels } from "../resolve-config.ts";
import type { IsolationMode, LlmBackend } from "../config-schema.ts";
import { checkIds, skipped, type Check, type CheckId, type Verdict } from "./check.ts";
import {
  assessCodexBinary,
  assessIsolation,
  assessModels,
  assessProbe,
  assessSignIn,
} from "./codex-checks.ts";
import { assessLimits } from "./limits-check.ts";
import {
  assessBackend,
  assessConfig,
  assessDefaultModel,
  assessProject,
} from "./project-checks.ts";
import type { AccountWindow, StatusInput } from "./status-input.ts";

/** Version 1. A version may get new fields; it never renames, removes or redefines a field. */
export interface StatusReport {
  readonly version: 1;
  /** True when no check failed: a command that needs a model can run, as far as was checked. */
  readonly ready: boolean;
  /** 0 ready, 1 not ready. */
  readonly exitCode: 0 | 1;
  readonly project: {
    readonly directory: string;
    readonly configFile: string;
    readonly rule: ProjectRule;
    readonly found: boolean;
  };
  /** Null while the file's text or shape is broken. */
  readonly config: {
    readonly backend: LlmBackend;
    readonly isolation: IsolationMode;
    /** The variable's name; null: no key by name. */
    readonly apiKeyEnv: string | null;
    /** The base URL; null: OpenAI's own service. */
    readonly endpoint: string | null;
  } | null;
  /** Role to model id as written; null while there is no valid config with a backend. */
  readonly models: ResolvedModels | null;
  /** Null while no binary was found. */
  readonly codex: { readonly path: string; readonly version: string | null } | null;
  /** The account's limits; null where they were not read. */
  readonly limits: {
    readonly plan: string | null;
    readonly windows: readonly AccountWindow[];
  } | null;
  /** Everything about the file, warnings included. */
  readonly problems: readonly ConfigProblem[];
  /** One for each id, in the order of the ids. */
  readonly checks: readonly Check[];
}

/** Assesses the project from discovered, read and probed data. Pure; never throws. */
export function assessStatus(input: StatusInput): StatusReport {
  const checks = checkIds.reduce<readonly Check[]>(
    (before, id) => [...before, assessCheck(id, input, before)],
    [],
  );
  const ready = checks.every(({ outcome }) => outcome !== "failed");
  const { project, reading, codex, limits } = input;
  return {
    version: 1,
    ready,
    exitCode: ready ? 0 : 1,
    project: {
      directory: project.directory,
      configFile: project.configFile,
      rule: project.rule,
      found: project.found,
    },
    config: summarizeConfig(input),
    models: reading.config?.llm.backend === "codex" ? reading.config.llm.models : null,
    codex: codex.state === "found" ? { path: codex.path, version: codex.version } : null,
    limits: limits.state === "known" ? { plan: limits.plan, windows: limits.windows } : null,
    problems: project.found ? reading.problems : [],
    checks,
  };
}

/** A check whose prerequisites are not met is skipped, and names them. */
function assessCheck(id: CheckId, input: StatusInput, before: readonly Check[]): Check {
  const { title, needs, assess } = plan[id];
  const unmet = before.find(
    (check) => needs.includes(check.id) && ["failed", "skipped"].includes(check.outcome),
  );
  return unmet
    ? { id, title, ...skipped(`Not checked until ${unmet.title} passes.`), waitsFor: unmet.id }
    : { id, title, ...assess(input) };
}

const plan: Readonly<
  Record<
    CheckId,
    { title: string; needs: readonly CheckId[]; assess: (input: StatusInput) => Verdict }
  >
> = {
  project: { title: "Project", needs: [], assess: assessProject },
  config: { title: "Configuration", needs: ["project"], assess: assessConfig },
  backend: { title: "Backend", needs: ["config"], assess: assessBackend },
  "default-model": { title: "Default model", needs: ["backend"], assess: assessDefaultModel },
  "codex-binary": { title: "Codex binary", needs: ["backend"], assess: assessCodexBinary },
  models: { title: "Models", needs: ["default-model", "codex-binary"], assess: assessModels },
  "sign-in": { title: "Sign-in", needs: ["backend"], assess: assessSignIn },
  limits: { title: "Limits", needs: ["codex-binary", "sign-in"], assess: assessLimits },
  probe: {
    title: "Probe turn",
    needs: ["default-model", "codex-binary", "sign-in"],
    assess: assessProbe,
  },
  isolation: { title: "Isolation", needs: ["backend"], assess: assessIsolation },
};

function summarizeConfig({ reading }: StatusInput): StatusReport["config"] {
  if (reading.written === undefined) return null;
  const provider = reading.written.llm?.provider;
  const { isolation, auth, endpoint } = resolveCodexSettings(provider?.codex);
  return {
    backend: provider?.backend ?? "none",
    isolation,
    apiKeyEnv: auth.kind === "api-key" ? auth.apiKeyEnv : null,
    endpoint: endpoint?.baseUrl ?? null,
  };
}
