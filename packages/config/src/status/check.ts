/** What a status report looks at, in the order in which it does. */
export const checkIds = [
  "project",
  "config",
  "backend",
  "default-model",
  "codex-binary",
  "models",
  "sign-in",
  "probe",
  "isolation",
] as const;
export type CheckId = (typeof checkIds)[number];

export interface Check extends Verdict {
  readonly id: CheckId;
  /** Two words at most, for a list. */
  readonly title: string;
}

export interface Verdict {
  /** Only `failed` keeps a project from being ready. */
  readonly outcome: "passed" | "warned" | "failed" | "skipped";
  /** One sentence: what is the case, or why the check was skipped. */
  readonly message: string;
  /** What to do next; every failed check has one. */
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
