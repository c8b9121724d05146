/** The checks of a status report, in their order. */
export const checkIds = [
  "project",
  "config",
  "backend",
  "default-model",
  "codex-binary",
  "models",
  "sign-in",
  "limits",
  "probe",
  "isolation",
] as const;
export type CheckId = (typeof checkIds)[number];

export interface Check extends Verdict {
  readonly id: CheckId;
  /** Two words at most, for a list. */
  readonly title: string;
  /** The check that must pass first; only of a skipped one. */
  readonly waitsFor?: CheckId;
}

export interface Verdict {
  /** Only `failed` keeps a project from being ready. */
  readonly outcome: "passed" | "warned" | "failed" | "skipped";
  /** One sentence: the result of the check, or the reason why it was skipped. */
  readonly message: string;
  /** The next step; every failed check has one. */
  readonly fix?: string;
  readonly details?: readonly string[];
}

export function passed(message: string): Verdict {
  return { outcome: "passed", message };
}

export function skipped(message: string): Verdict {
  return { outcome: "skipped", message };
}

export function warned(message: string, fix: string, details: readonly string[] = []): Verdict {
  return { outcome: "warned", message, fix, ...(details.length > 0 && { details }) };
}

export function failed(message: string, fix: string, details: readonly string[] = []): Verdict {
  return { outcome: "failed", message, fix, ...(details.length > 0 && { details }) };
}
