import type { UnitStore } from "../unit-store.ts";
import type { StopSignals } from "./find-end.ts";

export interface ChangesToHear extends StopSignals {
  readonly store: Pick<UnitStore, "watch">;
  /** Called at each change of the store that others may have made. @default `call` */
  readonly onChange?: () => void;
  /** Called when a signal fires, and after an error of the store's watch. */
  readonly call: () => void;
  /** Takes an error of the store's watch, which then ends. */
  readonly onError: (error: unknown) => void;
}

/** Calls at changes of the store and of the signals, until it is disposed of. */
export function callOnChanges({
  store,
  signal,
  stopSignal,
  call,
  onChange = call,
  onError,
}: ChangesToHear): AsyncDisposable {
  const end = new AbortController();
  const signals = [signal, stopSignal];
  for (const one of signals) one?.addEventListener("abort", call);
  const watching = watch();
  return {
    [Symbol.asyncDispose]: async () => {
      for (const one of signals) one?.removeEventListener("abort", call);
      end.abort();
      await watching;
    },
  };

  async function watch(): Promise<void> {
    try {
      for await (const _ of store.watch(end.signal)) onChange();
    } catch (error) {
      onError(error);
      call();
    }
  }
}
