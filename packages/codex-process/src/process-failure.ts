/** The failure of the program behind a transport, with its kind. */
export abstract class ProcessFailure extends Error {
  /** `codex-config`: it is not a Codex that can be used. `process`: it does not behave like one. */
  abstract readonly kind: "codex-config" | "process";
}
