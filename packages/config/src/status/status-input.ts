import type { ProjectDiscovery } from "../find-project.ts";
import type { ConfigReading } from "../read-config.ts";

/** The input of a status report: discovered, read and probed data, as plain data. */
export interface StatusInput {
  readonly project: ProjectDiscovery;
  readonly reading: ConfigReading;
  /** The names of the environment variables that are set and not empty; never their values. */
  readonly setVariables: ReadonlySet<string>;
  /** The target of an alias in `llm.models`, such as `codex` for Codex's default model. */
  readonly modelAliases: Readonly<Record<string, string>>;
  readonly codex: CodexBinaryProbe;
  readonly testedCodexVersions: VersionRange;
  readonly catalog: ModelCatalogProbe;
  readonly signIn: SignInProbe;
  /**
   * The next step where the sign-in, or the key in its place, is missing; a sentence.
   * @default one that names `ktx login`
   */
  readonly signInAdvice?: string;
  /** The command that sets a project up. @default the one that asks nothing */
  readonly setupCommand?: string;
  readonly limits: LimitsProbe;
  readonly turn: TurnProbe;
  readonly isolation: IsolationProbe;
}

/** A probe that was not run, with the reason as a sentence. */
export interface NotRun {
  readonly state: "not-run";
  readonly reason: string;
}

export type CodexBinaryProbe =
  /** `version`: the version that `codex --version` prints after the name; null for any other output. */
  | { readonly state: "found"; readonly path: string; readonly version: string | null }
  | { readonly state: "not-found"; readonly searched: readonly string[] }
  /** `folder`: the one of Codex's files that cannot be made, where that is the reason. */
  | {
      readonly state: "not-executable";
      readonly path: string;
      readonly reason: string;
      readonly folder?: string;
    }
  | NotRun;

/** Both ends included: `{ from: "0.163.0", to: "0.171.0" }`. */
export interface VersionRange {
  readonly from: string;
  readonly to: string;
}

/** The models that `codex debug models --bundled` lists. */
export type ModelCatalogProbe =
  | { readonly state: "listed"; readonly models: readonly ListedModel[] }
  | { readonly state: "failed"; readonly reason: string }
  | NotRun;

export interface ListedModel {
  readonly id: string;
  /** True when an API key may use it (`supported_in_api`). */
  readonly supportedInApi: boolean;
  /** The reasoning efforts that it takes; absent or empty where Codex does not say. */
  readonly reasoningLevels?: readonly string[];
}

/** The sign-in of Codex, as `login status` of its binary reports it, run with the same CODEX_HOME as a run. */
export type SignInProbe =
  | { readonly state: "chatgpt" }
  /** An API key that Codex stores. */
  | { readonly state: "api-key" }
  /** An API key in the environment that Codex itself picks up. */
  | { readonly state: "environment-key"; readonly variable: string }
  | { readonly state: "signed-out" }
  | { readonly state: "unreadable"; readonly reason: string }
  | NotRun;

/** The account's limits, read without a turn. */
export type LimitsProbe =
  | {
      readonly state: "known";
      /** `plus`, `pro`, …; null where the account does not say. */
      readonly plan: string | null;
      readonly windows: readonly AccountWindow[];
    }
  /** An account without such an answer: an API key, or an endpoint. */
  | { readonly state: "unknown" }
  | { readonly state: "failed"; readonly reason: string }
  | NotRun;

/** One window of an account's quota. */
export interface AccountWindow {
  readonly name: string;
  /** 0 to 100. */
  readonly usedPercent: number;
  readonly windowMinutes: number | null;
  /** The start of the next window, in milliseconds since 1970. */
  readonly resetsAtMs: number | null;
  /** True while the account works on with credits once the window is used up. */
  readonly hasCredits: boolean;
}

/** The outcome of the one paid turn; the fix is of the failure's own kind. */
export type TurnProbe =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string; readonly fix: string }
  | NotRun;

export type IsolationProbe =
  /** `getsIn`: the inputs that still reach the model; empty at best. */
  | { readonly state: "strict"; readonly getsIn: readonly string[] }
  | { readonly state: "host"; readonly getsIn: readonly string[] }
  | { readonly state: "unavailable"; readonly reason: string; readonly fix: string }
  | NotRun;
