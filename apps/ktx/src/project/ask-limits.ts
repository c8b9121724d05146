import { quotaWindows } from "@ktx/codex-events";
import { CodexKtxLlmRuntime, type CodexRuntimeOptions } from "@ktx/codex-runtime";
import type { LimitsProbe } from "@ktx/config";

/** Without a network, the account may not answer at all. */
const patienceMs = 10_000;

/** The limits of the account of a run with these options, without a turn. Rejects only on abort. */
export async function askLimits(
  options: CodexRuntimeOptions,
  signal: AbortSignal,
): Promise<LimitsProbe> {
  try {
    // The status report has the warnings as checks.
    await using runtime = new CodexKtxLlmRuntime({ ...options, onWarning: () => undefined });
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const limits = await runtime.limits({ abortSignal });
    if (limits === undefined) return { state: "unknown" };
    const windows = quotaWindows(limits).map(({ windowMinutes, resetsAtMs, ...window }) => ({
      ...window,
      windowMinutes: windowMinutes ?? null,
      resetsAtMs: resetsAtMs ?? null,
    }));
    return { state: "known", plan: limits.planType ?? null, windows };
  } catch (error) {
    signal.throwIfAborted();
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}
