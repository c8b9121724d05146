import type { HostInfluence } from "@ktx/codex-home";

/** Information for the caller that did not stop the run. */
export type RuntimeWarning =
  | {
      /** This Codex ignores settings that the isolation or the run relies on. */
      readonly kind: "unknown-settings";
      readonly message: string;
      /** Dotted keys, as Codex names them. */
      readonly settings: readonly string[];
      /** Absent where the binary does not give it. */
      readonly codexVersion?: string;
    }
  | {
      /** The runs share the user's own Codex configuration. */
      readonly kind: "host-isolation";
      readonly message: string;
      /** The files and settings of the user that apply. */
      readonly influences: readonly HostInfluence[];
    }
  | {
      /** The service refused the instructions of ktx, and the run was repeated with Codex's own. */
      readonly kind: "stock-instructions";
      readonly message: string;
      readonly model: string;
    }
  | {
      /** A key had white space around it, and is used without it. */
      readonly kind: "trimmed-key";
      readonly message: string;
      /** The names of the variables. */
      readonly variables: readonly string[];
    }
  | {
      /** Codex, or a process that it had started, outlived its run and every signal. */
      readonly kind: "process-survives";
      readonly message: string;
      readonly pids: readonly number[];
    }
  | {
      /** This Codex has no app-server that can be used: each run is a `codex exec` process. */
      readonly kind: "exec-fallback";
      readonly message: string;
      /** A short phrase. */
      readonly reason: string;
    }
  | {
      /** A role has no model slot, and its name resembles that of one. */
      readonly kind: "mistyped-role";
      readonly message: string;
      readonly role: string;
      /** The slot that was probably meant. */
      readonly meant: string;
      /** All slots. */
      readonly slots: readonly string[];
    }
  | {
      /** A callback of the caller threw, or its promise rejected. The run continues. */
      readonly kind: "callback-failed";
      readonly message: string;
      /** Such as `onMetrics`. */
      readonly callback: string;
      /** The value that it threw or rejected with. */
      readonly error: unknown;
    };

/** May return a promise, which nothing waits for. */
export type OnWarning = (warning: RuntimeWarning) => unknown;

/** A Node process warning of the type `KtxWarning`, with a code such as `KTX_UNKNOWN_SETTINGS`. */
export function emitRuntimeWarning(warning: RuntimeWarning): void {
  process.emitWarning(warning.message, {
    type: "KtxWarning",
    code: `KTX_${warning.kind.toUpperCase().replaceAll("-", "_")}`,
  });
}
