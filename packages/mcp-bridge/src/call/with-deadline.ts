/**
 * Runs `work` under a signal that fires when `outer` does, or with `reason()` after `timeoutMs`. Timer and
 * listener end with the work, which `AbortSignal.any` and `AbortSignal.timeout` do not promise. The timer keeps the
 * program alive, unless `keepsAlive` is false.
 */
export async function withDeadline<Value>(
  outer: AbortSignal,
  { timeoutMs, keepsAlive }: { readonly timeoutMs: number; readonly keepsAlive: boolean },
  reason: () => Error,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const controller = new AbortController();
  const onOuterAbort = (): void => controller.abort(outer.reason);
  outer.addEventListener("abort", onOuterAbort, { once: true });
  if (outer.aborted) onOuterAbort();
  const timer = setTimeout(() => controller.abort(reason()), timeoutMs);
  if (!keepsAlive) timer.unref();
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", onOuterAbort);
  }
}
