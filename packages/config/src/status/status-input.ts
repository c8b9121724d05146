import type { ProjectDiscovery } from "../find-project.ts";
import type { ConfigReading } from "../read-config.ts";

/** All that a status report is made of: what was found, read and probed, as plain data. */
export interface StatusInput {
  readonly project: ProjectDiscovery;
  readonly reading: ConfigReading;
  /** The names of the environment variables that are set and not empty; never their values. */
  readonly setVariables: ReadonlySet<string>;
  /** What an alias in `llm.models` stands for, such as `codex` for Codex's default model. */
  readonly modelAliases: Readonly<Record<string, string>>;
  readonly codex: CodexBinaryProbe;
  readonly testedCodexVersions: VersionRange;
  readonly catalog: ModelCatalogProbe;
  readonly signIn: SignInProbe;
  readonly turn: TurnProbe;
  readonly isolation: IsolationProbe;
}

/** A probe that was not made, and why, as a sentence. */
export interface NotRun {
  readonly state: "not-run";
  readonly reason: string;
}

export type CodexBinaryProbe =
  /** `version` is what `codex --version` says after the name; null when it said nothing that we can read. */
  | { readonly state: "found"; readonly path: string; readonly version: string | null }
  | { readonly state: "not-found"; readonly searched: readonly string[] }
  | { readonly state: "not-executable"; readonly path: string; readonly reason: string }
  | NotRun;

/** Both ends belong to it: `{ from: "0.163.0", to: "0.169.0" }`. */
export interface VersionRange {
  readonly from: string;
  readonly to: string;
}

/** What `codex debug models --bundled` lists. */
export type ModelCatalogProbe =
  | { readonly state: "listed"; readonly models: readonly ListedModel[] }
  | { readonly state: "failed"; readonly reason: string }
  | NotRun;

export interface ListedModel {
  readonly id: string;
  /** Whether an API key may use it (`supported_in_api`). */
  readonly supportedInApi: boolean;
}

/** What `codex login status` says, asked with the same CODEX_HOME as a run. */
export type SignInProbe =
  | { readonly state: "chatgpt" }
  /** An API key that `codex login` stored. */
  | { readonly state: "api-key" }
  /** An API key in the environment that Codex itself picks up. */
  | { readonly state: "environment-key"; readonly variable: string }
  | { readonly state: "signed-out" }
  | { readonly state: "unreadable"; readonly reason: string }
  | NotRun;

/** The outcome of the one paid turn; the fix is of the failure's own kind. */
export type TurnProbe =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string; readonly fix: string }
  | NotRun;

export type IsolationProbe =
  /** `getsIn`: what reaches the model in spite of it; empty is the goal. */
  | { readonly state: "strict"; readonly getsIn: readonly string[] }
  | { readonly state: "host"; readonly getsIn: readonly string[] }
  | { readonly state: "unavailable"; readonly reason: string; readonly fix: string }
  | NotRun;
