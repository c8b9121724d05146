import type { RunObserver } from "../agent/run-observer.ts";
import { defaultLimitMs, type UserCodeWatch } from "./user-code-watch.ts";

/** The same observer; the watch also receives each call, and the run's limit. */
export function watchCalls(observer: RunObserver, watch: UserCodeWatch | undefined): RunObserver {
  if (watch === undefined) return observer;
  return {
    ...observer,
    onStart: (run) => {
      watch.limit(run.timeoutMs ?? defaultLimitMs);
      observer.onStart(run);
    },
    onCallStart: (tool, input) => {
      watch.begin({ kind: "tool", name: tool });
      observer.onCallStart(tool, input);
    },
    onCallEnd: (call) => {
      watch.end({ kind: "tool", name: call.tool });
      observer.onCallEnd(call);
    },
  };
}
