import { quotaWindows } from "@ktx/codex-events";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "@ktx/codex-runtime";
import type { LimitsProbe } from "@ktx/config";

/** The limits of the account of a run with these options, without a turn. Rejects only on abort. */
export async function askLimits(
  options: CodexRuntimeOptions,
  abortSignal: AbortSignal,
): Promise<LimitsProbe> {
  try {
    // The status report has the warnings as checks.
    await using runtime = new CodexKtxLlmRuntime({ ...options, onWarning: () => undefined });
    const limits = await runtime.limits({ abortSignal });
    if (limits === undefined) return { state: "unknown" };
    const windows = quotaWindows(limits).map(({ windowMinutes, resetsAtMs, ...window }) => ({
      ...window,
      windowMinutes: windowMinutes ?? null,
      resetsAtMs: resetsAtMs ?? null,
    }));
    return { state: "known", plan: limits.planType ?? null, windows };
  } catch (error) {
    abortSignal.throwIfAborted();
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}
