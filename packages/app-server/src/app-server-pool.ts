import type { AppServer } from "./app-server.ts";
import { type PreparedProcess, WarmProcess } from "./warm-process.ts";

/** The process that a thread needs. */
export interface WantedProcess {
  /** Processes of the same key are interchangeable. It holds no secret. */
  readonly key: string;
  /** The models that it must serve. */
  readonly models: readonly string[];
  /** Prepares a new process for these models, those of earlier threads included. */
  readonly prepare: (models: readonly string[], signal: AbortSignal) => Promise<PreparedProcess>;
}

/** The use of a process by one thread. */
export interface ProcessLease extends AsyncDisposable {
  readonly server: AppServer;
  /** The parts of the process. */
  readonly launch: PreparedProcess;
  /** True if the process has served other threads before. */
  readonly isWarm: boolean;
  /** Lets the process serve no further thread: it ends with the threads that use it now. */
  retire(): void;
}

export interface PoolLimits {
  /** Milliseconds without a thread after which a process ends. @default 60_000 */
  readonly idleMs?: number;
  /** Threads after which a process is replaced. @default 5_000 */
  readonly threads?: number;
  /** Megabytes of memory above which a process is replaced, if the machine reports them. @default 600 */
  readonly megabytes?: number;
}

/** The number of threads between two checks of the memory of their process. */
const threadsPerLook = 50;

/**
 * Warm processes, each shared by all threads of this program that need the same one. A process starts with its first
 * thread and ends after an idle time, with its last holder, or with this program, which it does not keep alive.
 */
export class AppServerPool implements AsyncDisposable {
  readonly #limits: Required<PoolLimits>;
  readonly #processes = new Map<string, Set<WarmProcess>>();
  readonly #idle = new Map<WarmProcess, NodeJS.Timeout>();

  constructor({ idleMs = 60_000, threads = 5_000, megabytes = 600 }: PoolLimits = {}) {
    this.#limits = { idleMs, threads, megabytes };
  }

  /**
   * Waits for a process that serves the models. Every lease must be disposed.
   *
   * @param holder Keeps the process warm between its leases, until `release`.
   * @throws the error of the start of the process; the signal's reason.
   */
  async lease(wanted: WantedProcess, holder: object, signal: AbortSignal): Promise<ProcessLease> {
    signal.throwIfAborted();
    const warm = this.#find(wanted) ?? this.#add(wanted);
    warm.holders.add(holder);
    warm.leases += 1;
    clearTimeout(this.#idle.get(warm));
    const release = once(() => this.#return(wanted.key, warm));
    try {
      const { server, prepared } = await orAborted(warm.started, signal);
      return {
        server,
        launch: prepared,
        isWarm: warm.served > 0,
        retire: () => {
          warm.isRetired = true;
        },
        [Symbol.asyncDispose]: release,
      };
    } catch (error) {
      if (!signal.aborted) warm.isRetired = true;
      await release();
      throw error;
    }
  }

  /** Ends the processes without another holder, and waits for those without a thread. */
  async release(holder: object): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const [key, processes] of this.#processes)
      for (const warm of processes) {
        if (!warm.holders.delete(holder) || warm.holders.size > 0) continue;
        warm.isRetired = true;
        if (warm.leases === 0) ends.push(this.#end(key, warm));
      }
    await Promise.all(ends);
  }

  /** Ends every process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      Array.from(this.#processes, ([key, processes]) =>
        Array.from(processes, (warm) => this.#end(key, warm)),
      ).flat(),
    );
  }

  #find({ key, models }: WantedProcess): WarmProcess | undefined {
    const usable = Array.from(this.#processes.get(key) ?? []).filter(({ isUsable }) => isUsable);
    return usable.find((warm) => models.every((model) => warm.models.has(model)));
  }

  /** A process without a wanted model is replaced by one that serves the models of both. */
  #add({ key, models, prepare }: WantedProcess): WarmProcess {
    const others = Array.from(this.#processes.get(key) ?? []).filter(({ isUsable }) => isUsable);
    const all = new Set([...others.flatMap((warm) => [...warm.models]), ...models]);
    const warm = new WarmProcess([...all].toSorted(), prepare);
    for (const other of others) {
      for (const holder of other.holders) warm.holders.add(holder);
      other.isRetired = true;
      if (other.leases === 0) void this.#end(key, other);
    }
    if (this.#processes.size === 0) process.on("beforeExit", this.#onExit);
    this.#processes.set(key, new Set([...(this.#processes.get(key) ?? []), warm]));
    void this.#watch(key, warm);
    return warm;
  }

  /** A process that ends by itself leaves the pool. */
  async #watch(key: string, warm: WarmProcess): Promise<void> {
    const started = await warm.started.catch(() => undefined);
    if (started === undefined) return;
    await started.server.whenEnded;
    warm.isRetired = true;
    if (warm.leases === 0) await this.#end(key, warm);
  }

  async #return(key: string, warm: WarmProcess): Promise<void> {
    warm.served += 1;
    if (warm.served >= this.#limits.threads) warm.isRetired = true;
    if (warm.served % threadsPerLook === 0) {
      const megabytes = await warm.readMegabytes();
      if (megabytes !== undefined && megabytes > this.#limits.megabytes) warm.isRetired = true;
    }
    warm.leases -= 1;
    if (warm.leases > 0) return;
    // A process that has not started is not kept without a lease: it may never start.
    if (!warm.isUsable || !warm.hasStarted) await this.#end(key, warm);
    else
      this.#idle.set(
        warm,
        setTimeout(() => void this.#end(key, warm), this.#limits.idleMs).unref(),
      );
  }

  async #end(key: string, warm: WarmProcess): Promise<void> {
    clearTimeout(this.#idle.get(warm));
    this.#idle.delete(warm);
    await warm.end();
    const processes = this.#processes.get(key);
    processes?.delete(warm);
    if (processes?.size === 0) this.#processes.delete(key);
    if (this.#processes.size === 0) process.off("beforeExit", this.#onExit);
  }

  /** Leaves the folders of the processes in order; a program that is killed leaves them to the next one. */
  readonly #onExit = (): void => void this[Symbol.asyncDispose]();
}

async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
