import { readFile } from "node:fs/promises";
import { AppServer } from "./app-server.ts";
import { initialize } from "./initialize.ts";
import type { AppServerLaunch } from "./server-process.ts";
import { UnfitAppServerError } from "./unfit-app-server-error.ts";

/** A process that is ready to start, with its folders. Disposing it releases the folders, after the end of the process. */
export interface PreparedProcess extends AppServerLaunch, AsyncDisposable {
  /** Milliseconds that Codex may take for one answer. @default 30_000 */
  readonly requestTimeoutMs?: number | undefined;
  /** The oldest version that can be used, such as `0.163.0`. */
  readonly oldestVersion: string;
  /** Signs the new process in, before its first thread. */
  readonly signIn?: ((server: AppServer) => Promise<void>) | undefined;
  /** Called with the ids of processes that survived every signal. */
  readonly onSurvivors: (pids: readonly number[]) => void;
}

export interface StartedProcess {
  readonly server: AppServer;
  readonly prepared: PreparedProcess;
}

/** One process of a pool, from its preparation to its end. */
export class WarmProcess {
  readonly models: ReadonlySet<string>;
  /** Threads that use it now. */
  leases = 0;
  /** Threads that have used it. */
  served = 0;
  /** A retired process serves no further thread, and ends with its last one. */
  isRetired = false;
  /** The holders that may use it again. */
  readonly holders: Set<object> = new Set();
  readonly #preparing = new AbortController();
  readonly #started: Promise<StartedProcess>;
  #hasStarted = false;
  #prepared: PreparedProcess | undefined;
  #server: AppServer | undefined;
  #ending: Promise<void> | undefined;

  constructor(
    models: readonly string[],
    prepare: (models: readonly string[], signal: AbortSignal) => Promise<PreparedProcess>,
  ) {
    this.models = new Set(models);
    this.#started = this.#start(prepare(models, this.#preparing.signal));
    this.#started.catch(ignore);
  }

  /** The process, initialized and signed in. @throws the error of its preparation or its start. */
  get started(): Promise<StartedProcess> {
    return this.#started;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** True while it can serve a further thread. */
  get isUsable(): boolean {
    return !this.isRetired && this.#ending === undefined && this.#server?.end === undefined;
  }

  /** Megabytes of memory of the process; undefined if the machine does not report it. */
  async readMegabytes(): Promise<number | undefined> {
    const pid = this.#server?.pid;
    if (pid === undefined || process.platform !== "linux") return undefined;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  }

  /** Ends the process and releases its folders. Idempotent. */
  end(): Promise<void> {
    this.#ending ??= this.#finish();
    return this.#ending;
  }

  async #start(preparing: Promise<PreparedProcess>): Promise<StartedProcess> {
    const prepared = await preparing;
    this.#prepared = prepared;
    const server = new AppServer(prepared, { requestTimeoutMs: prepared.requestTimeoutMs });
    this.#server = server;
    using _ = server.hold();
    const { version } = await initialize(server);
    if (version === undefined || isOlder(version, prepared.oldestVersion))
      throw new UnfitAppServerError(
        `its version is ${version ?? "unknown"}, and ${prepared.oldestVersion} is the oldest that can be used`,
      );
    await prepared.signIn?.(server);
    this.#hasStarted = true;
    return { server, prepared };
  }

  async #finish(): Promise<void> {
    this.#preparing.abort(new Error("The process is not needed any more."));
    // It may be waiting for an answer, or not be there yet.
    await this.#server?.terminate();
    await this.#started.catch(ignore);
    const survivors = (await this.#server?.terminate()) ?? [];
    if (survivors.length > 0) this.#prepared?.onSurvivors(survivors);
    await this.#prepared?.[Symbol.asyncDispose]();
  }
}

/** Compares the numbers of two versions; a suffix does not count. Pure. */
function isOlder(version: string, than: string): boolean {
  const [left, right] = [version, than].map((text) => text.split(/[.-]/, 3).map(Number));
  for (const [index, number] of (right ?? []).entries()) {
    const own = left?.[index] ?? 0;
    if (own !== number) return own < number;
  }
  return false;
}

function ignore(): void {
  // The waiting callers get the error.
}
