import type { BatchClock } from "./batch-clock.ts";

/** Gives a listener each event with its time. An error of the listener becomes a warning of the process. */
export function tellEvents<News extends object>(
  listener: ((event: { readonly atMs: number } & News) => void) | undefined,
  clock: Pick<BatchClock, "now">,
  caller: "runBatch" | "followBatch" | "workOnBatches",
): (news: News) => void {
  return (news) => {
    try {
      listener?.({ atMs: clock.now(), ...news });
    } catch (error) {
      process.emitWarning(`A listener of ${caller} failed: ${String(error)}`);
    }
  };
}
