import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CodexOptions, ThreadEvent as SdkEvent, ThreadOptions } from "@openai/codex-sdk";
import { makeRecordWellFormed } from "@ktx/codex-process";
import { addedSecrets } from "../../secrets/added-secrets.ts";
import type { CodexLaunch, CodexLauncher } from "../codex-launcher.ts";
import { type ImageFiles, type LoadedImage, writeImageFiles } from "@ktx/images";
import { joinPrompt } from "../join-prompt.ts";
import type { TurnSignal } from "../transport.ts";
import { RuntimeInputError } from "../../values/runtime-input-error.ts";
import { execSignals } from "./exec-signals.ts";

/** One turn in its own `codex exec` process. Secrets only in `env`, for the rest travels in arguments. */
export interface ExecTurnInput {
  readonly projectDir: string;
  readonly model: string;
  /** The caller's system text. */
  readonly instructions?: string;
  readonly prompt: string;
  readonly images?: readonly LoadedImage[];
  /** Overrides the settings of the isolation. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The variables of the process beside the allowed part of the user's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly outputSchema?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
  /** Receives the end of standard error, once the process is gone. */
  readonly onStderr: (tail: string) => void;
}

/** @throws the errors of `CodexLauncher.launch` and `execSignals`. */
export async function* execTurn(
  launcher: CodexLauncher,
  input: ExecTurnInput,
): AsyncGenerator<TurnSignal, void> {
  const { projectDir, model, config, signal } = input;
  signal?.throwIfAborted();
  await using launch = await launcher.launch({
    projectDir,
    models: [model],
    config,
    configInArguments: true,
    tokens: addedSecrets(input.env),
    ...(signal && { signal }),
  });
  yield* launcher.watch.takeTurn(model, launch.codexPath, (instructions) =>
    runProcess(launcher, launch, input, instructions),
  );
}

async function* runProcess(
  launcher: CodexLauncher,
  launch: CodexLaunch,
  input: ExecTurnInput,
  instructions: "ours" | "stock",
): AsyncGenerator<TurnSignal, void> {
  const { signal, onStderr } = input;
  await using file =
    instructions === "ours" && launch.stateFolder !== undefined
      ? await writeInstructions(launch.stateFolder, launcher.baseInstructions, input.instructions)
      : undefined;
  await using shown = input.images && (await writeImages(input.images));
  const options = {
    codexPathOverride: launch.codexPath,
    config: {
      ...joinConfig(launch.config, input.config),
      ...(file && { model_instructions_file: file.path }),
    },
    env: { ...launch.env, ...input.env },
  };
  const threadOptions: ThreadOptions = {
    model: input.model,
    sandboxMode: "read-only",
    skipGitRepoCheck: true,
    workingDirectory: launch.workingDirectory,
  };
  const prompt = file === undefined ? joinPrompt(input.instructions, input.prompt) : input.prompt;
  // Started with a signal that has fired, the SDK would still spawn Codex and then kill it.
  signal?.throwIfAborted();
  if (input.outputSchema !== undefined || shown !== undefined) await launcher.removeLeftSchemas();
  yield* execSignals(
    await startSdkTurn(options, threadOptions, { ...input, prompt }, shown?.paths),
    {
      codexPath: launch.codexPath,
      redactor: launch.redactor,
      mayStartOthers: launcher.isolation === "host",
      warn: launcher.warn,
      signal,
      onStderr,
    },
  );
}

/** The texts are in a file, removed with the turn: an argument holds 128 KiB at most, and every process can read it. */
async function writeInstructions(
  folder: string,
  baseInstructions: string,
  instructions: string | undefined,
): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = join(folder, "instructions.md");
  await writeFile(
    path,
    joinPrompt(baseInstructions, instructions ?? "")
      .trimEnd()
      .toWellFormed(),
    { mode: 0o600 },
  );
  return { path, [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Codex shows the model their paths (0.163.0), so these say nothing about the user. */
function writeImages(images: readonly LoadedImage[]): Promise<ImageFiles> {
  const folder = tmpdir();
  if (!folder.includes(",")) return writeImageFiles(images, "ktx-images-");
  throw new RuntimeInputError(
    "image-unreadable",
    `\`codex exec\` splits the paths of images at commas, and the folder for temporary files is ${folder}. Set TMPDIR to a folder without a comma, or \`transport\` to "app-server".`,
  );
}

type Settings = Readonly<Record<string, unknown>>;

/** The servers that the isolation turns off stay off beside those of the run. */
function joinConfig(host: Settings, run: Settings): Settings {
  const servers = { ...asSettings(host["mcp_servers"]), ...asSettings(run["mcp_servers"]) };
  return { ...host, ...run, ...(Object.keys(servers).length > 0 && { mcp_servers: servers }) };
}

function asSettings(value: unknown): Settings {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

interface SdkOptions {
  readonly codexPathOverride: string;
  readonly config: Settings;
  readonly env: Record<string, string>;
}

type CodexConfig = NonNullable<CodexOptions["config"]>;

/** The only way out on exec: prompt, schema and configuration are well-formed Unicode. */
async function startSdkTurn(
  options: SdkOptions,
  threadOptions: ThreadOptions,
  { prompt, outputSchema, signal }: Pick<ExecTurnInput, "prompt" | "outputSchema" | "signal">,
  images: readonly string[] = [],
): Promise<AsyncGenerator<SdkEvent>> {
  const { Codex } = await import("@openai/codex-sdk");
  // The SDK checks each value when it writes it as TOML, and names the one that it cannot write.
  const config = makeRecordWellFormed(options.config) as CodexConfig;
  const codex = new Codex({ ...options, config });
  const asked = { type: "text" as const, text: prompt.toWellFormed() };
  const shown = images.map((path) => ({ type: "local_image" as const, path }));
  const { events } = await codex.startThread(threadOptions).runStreamed([asked, ...shown], {
    ...(outputSchema && { outputSchema: makeRecordWellFormed(outputSchema) }),
    ...(signal && { signal }),
  });
  return events;
}
