import { readFile, stat } from "node:fs/promises";
import type { ConfigProblem } from "./config-problem.ts";
import { decodeConfig, describeFileError } from "./file-problem.ts";
import { configFileName } from "./find-project.ts";
import { parseConfig, type ParsedConfig } from "./parse-config.ts";

export interface ConfigReading extends ParsedConfig {
  /** The path of the file, as given. */
  readonly file: string;
}

export interface ReadConfigOptions {
  /** The display name of the file in problems. @default "ktx.yaml" */
  readonly label?: string;
  readonly signal?: AbortSignal;
}

/** Reads and parses `ktx.yaml`. Every fault of the file is a problem; only an abort rejects. */
export async function readConfig(
  file: string,
  { label = configFileName, signal }: ReadConfigOptions = {},
): Promise<ConfigReading> {
  signal?.throwIfAborted();
  try {
    // A pipe or a device would be read for ever.
    const status = await stat(file);
    if (!status.isFile() && !status.isDirectory())
      return unreadable(file, {
        ...describeFileError(undefined, label, "read"),
        message: "expected a file to read, got a pipe, a socket or a device",
        fix: "Replace it by a text file.",
      });
    const text = decodeConfig(await readFile(file, { signal }), label);
    return typeof text === "string"
      ? { file, ...parseConfig(text, { file: label }) }
      : unreadable(file, text);
  } catch (error) {
    signal?.throwIfAborted();
    return unreadable(file, describeFileError(error, label, "read"));
  }
}

function unreadable(file: string, problem: ConfigProblem): ConfigReading {
  return { file, written: undefined, config: undefined, problems: [problem] };
}
