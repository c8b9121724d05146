import { Worker } from "node:worker_threads";
import { z } from "zod";
import { type ReadText, UnreadableSource } from "./source-text.ts";

/** A format whose library unpacks a file: a few kilobytes may become more than the memory takes. */
export interface PackedFormat {
  /** For people, such as PDF. */
  readonly name: string;
  /** The address of the module that reads it, which exports `readText`. */
  readonly module: string;
}

export interface ReadingLimits {
  readonly ms: number;
  /** Of memory. */
  readonly bytes: number;
}

const readingLimits: ReadingLimits = { ms: 60_000, bytes: 600_000_000 };

export type ReadPackedText = (bytes: Uint8Array) => Promise<ReadText>;

/** The code of the thread: plain JavaScript, which imports the module as this program would. */
const program = `
const { parentPort, workerData } = require("node:worker_threads");
import(workerData.module)
  .then(({ readText }) => readText(workerData.bytes))
  .then(
    (text) => parentPort.postMessage({ text }),
    (error) => parentPort.postMessage({ problem: String(error?.message ?? error) }),
  );
`;

const answer = z.union([
  z.object({
    text: z.object({
      lines: z.array(z.string()),
      outline: z.array(z.object({ line: z.number(), level: z.number(), title: z.string() })),
    }),
  }),
  z.object({ problem: z.string() }),
]);

/** Milliseconds between two looks at the memory. */
const lookMs = 25;

/**
 * Reads a file in a thread of its own, which is ended at its bounds, whatever the library does.
 *
 * @throws {UnreadableSource} for a file that takes more, or that the library does not read.
 */
export async function readApart(
  format: PackedFormat,
  bytes: Uint8Array,
  limits: ReadingLimits = readingLimits,
): Promise<ReadText> {
  const worker = new Worker(program, {
    eval: true,
    workerData: { module: format.module, bytes },
    resourceLimits: { maxOldGenerationSizeMb: Math.ceil(limits.bytes / 1e6) },
    // The library may write warnings.
    stdout: true,
    stderr: true,
  });
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const refuse = (): void => reject(new UnreadableSource(tooMuch(format, limits)));
  const look = async (): Promise<void> => {
    // Undefined once the thread has ended.
    const used = await worker.getHeapStatistics().catch(() => undefined);
    if (used !== undefined && used.used_heap_size + used.external_memory > limits.bytes) refuse();
  };
  const timer = setTimeout(refuse, limits.ms);
  const looks = setInterval(() => void look(), lookMs);
  worker.once("message", resolve);
  worker.once("error", refuse);
  worker.once("exit", refuse);
  try {
    const said = answer.parse(await promise);
    if ("text" in said) return said.text;
    throw new UnreadableSource(said.problem);
  } finally {
    clearTimeout(timer);
    clearInterval(looks);
    await worker.terminate();
  }
}

function tooMuch(format: PackedFormat, { ms, bytes }: ReadingLimits): string {
  return `Expected a ${format.name} that is read within ${bytes / 1e6} MB of memory and ${ms / 1_000} s, got one that takes more. Leave the file out.`;
}
