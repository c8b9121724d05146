import { constants, open as openFile } from "node:fs";
import { Socket } from "node:net";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import type { CliIo } from "../cli-io.ts";
import { descriptorOf } from "./descriptor-of.ts";

const open = promisify(openFile);

/** Milliseconds between two looks for the reader of a pipe: the system announces none. */
const lookMs = 50;

/** Milliseconds that the reader may take for the rest of an interrupted command. */
const graceMs = 1_000;

/** A pipe that has a reader. Texts wait in memory until they are read. */
export interface PipeOutput {
  /** @throws the error of an earlier text. */
  readonly write: (text: string) => void;
  /** Settles when all is read. @throws the error of a text; the signal's reason. */
  readonly close: () => Promise<void>;
}

/**
 * Opens a pipe with a path, as of `mkfifo` and `>(gzip)`, for writing. The event loop waits for its reader, and later
 * for the bytes to be read: a thread that does would keep the process from ending, also on Ctrl-C.
 *
 * @param onWait called once where the pipe has no reader yet.
 * @throws the system's error; an error for a pipe of this process whose reader is gone; the signal's reason.
 */
export async function openPipe(
  path: string,
  { cwd, signal }: Pick<CliIo, "cwd" | "signal">,
  onWait: () => void = () => {},
): Promise<PipeOutput> {
  for (let looks = 0; ; looks += 1) {
    try {
      const fd = await open(resolve(cwd, path), constants.O_WRONLY | constants.O_NONBLOCK);
      return toOutput(new Socket({ fd, readable: false, writable: true }), signal);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENXIO")) throw error;
    }
    // Nobody else can open it.
    if ((await descriptorOf(path, cwd)) !== undefined) throw new Error("Its reader is gone.");
    signal.throwIfAborted();
    if (looks === 0) onWait();
    await pause(lookMs, undefined, { signal }).catch(() => {});
  }
}

function toOutput(pipe: Socket, signal: AbortSignal): PipeOutput {
  let failure: Error | undefined;
  pipe.on("error", (error) => (failure ??= error));
  return {
    write: (text) => {
      if (failure !== undefined) throw failure;
      pipe.write(text);
    },
    close: async () => {
      const bound = signal.aborted ? AbortSignal.timeout(graceMs) : signal;
      try {
        pipe.end();
        await finished(pipe, { readable: false, signal: bound });
      } catch (error) {
        signal.throwIfAborted();
        throw failure ?? error;
      } finally {
        pipe.destroy();
      }
    },
  };
}
