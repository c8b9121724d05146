import { constants, open as openFile } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Socket } from "node:net";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import type { CliIo } from "./cli-io.ts";

const open = promisify(openFile);

/**
 * The text of a file that the command line names, also of a pipe such as `<(gunzip -c run.gz)`. The event loop waits for
 * the writer of a pipe: a thread that does would keep the process from ending, also on Ctrl-C.
 *
 * @throws the system's error; an error for a device or a socket, which may have no end; the signal's reason.
 */
export async function readGivenFile(
  path: string,
  { cwd, signal }: Pick<CliIo, "cwd" | "signal">,
): Promise<string> {
  const place = resolve(cwd, path);
  const found = await stat(place);
  if (found.isFile() || found.isDirectory()) return readFile(place, { encoding: "utf8", signal });
  if (!found.isFIFO()) throw new Error("It is a device or a socket, and no file.");
  const pipe = new Socket({ fd: await open(place, constants.O_RDONLY | constants.O_NONBLOCK) });
  try {
    return await text(addAbortSignal(signal, pipe));
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
