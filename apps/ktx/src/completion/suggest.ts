import type { Command } from "commander";
import type { CliIo } from "../cli-io.ts";
import type { Suggestion } from "./format-suggestions.ts";
import type { Slot } from "./find-slot.ts";

/** The flags of the command line that decide which threads there are. */
export type GivenFlags = ReadonlyMap<string, string>;

type SuggestIo = Pick<CliIo, "cwd" | "env" | "signal">;

/** The words for a slot; undefined where the shell itself completes files. */
export async function suggest(
  slot: Slot,
  given: GivenFlags,
  io: SuggestIo,
): Promise<readonly Suggestion[] | undefined> {
  switch (slot.type) {
    case "options":
      return slot.options.map(({ long, short, description }) => ({
        value: long ?? short ?? "",
        description,
      }));
    case "commands":
      return slot.commands.map((command) => ({
        value: command.name(),
        description: command.summary(),
      }));
    case "option-value": {
      const { argChoices, long = "" } = slot.option;
      return argChoices?.map((value) => ({ value })) ?? valuesOf(long, slot.command, given, io);
    }
    case "argument":
      return argumentsOf(slot.command, given, io);
    default:
      return slot satisfies never;
  }
}

async function valuesOf(
  flag: string,
  command: Command,
  given: GivenFlags,
  io: SuggestIo,
): Promise<readonly Suggestion[] | undefined> {
  switch (flag) {
    case "--model":
    case "--llm-model":
      return listModels(io);
    case "--effort":
      return listEfforts(given, io);
    case "--endpoint":
      return listEndpoints(command.name() === "setup");
    case "--resume":
      return (await listThreads(given, io)).map(({ id, firstPrompt }) => ({
        value: id,
        description: firstPrompt,
      }));
    case "--thread":
      return listNames(given, io);
    case "--role": {
      const { modelRoles } = await import("@ktx/config");
      return modelRoles.map((value) => ({ value }));
    }
    case "--api-key-env":
    case "--mcp-env":
      return Object.keys(io.env).map((value) => ({ value }));
    case "--tools":
    case "--schema":
    case "--image":
    case "--output":
    case "--project-dir":
      return undefined;
    default:
      return [];
  }
}

async function argumentsOf(
  command: Command,
  given: GivenFlags,
  io: SuggestIo,
): Promise<readonly Suggestion[] | undefined> {
  const [argument] = command.registeredArguments;
  if (argument?.argChoices !== undefined) return argument.argChoices.map((value) => ({ value }));
  if (command.parent?.name() !== "threads") return undefined;
  const threads = await listThreads(given, io);
  return threads.flatMap(({ id, name, firstPrompt: description }) => [
    { value: id, description },
    ...(name === undefined ? [] : [{ value: name, description }]),
  ]);
}

/** The recommended one first, as `ktx models` lists them. */
async function readModelsInOrder({ env, signal }: SuggestIo) {
  const [{ defaultCodexModel, readModels }, { arrangeModels }] = await Promise.all([
    import("@ktx/codex-runtime"),
    import("../project/arrange-models.ts"),
  ]);
  const listing = await readModels({ env, abortSignal: signal });
  return listing.state === "failed" ? [] : arrangeModels(listing.models, defaultCodexModel);
}

async function listModels(io: SuggestIo): Promise<readonly Suggestion[]> {
  return (await readModelsInOrder(io))
    .filter(({ standing }) => standing !== "hidden")
    .map(({ model, purpose }) => ({ value: model.id, description: purpose }));
}

/** Those of the given model; else of any. */
async function listEfforts(given: GivenFlags, io: SuggestIo): Promise<readonly Suggestion[]> {
  const models = (await readModelsInOrder(io)).map(({ model }) => model);
  const id = given.get("--model") ?? given.get("--llm-model");
  const of = models.filter((model) => model.id === id);
  const levels = (of.length > 0 ? of : models).flatMap(({ reasoningLevels }) => reasoningLevels);
  return [...new Set(levels)].map((value) => ({ value }));
}

/** @param takesNames true where the name of a service stands for its URL. */
async function listEndpoints(takesNames: boolean): Promise<readonly Suggestion[]> {
  const { endpointPresets } = await import("../setup/endpoint-presets.ts");
  return endpointPresets.map(({ id, name, baseUrl }) =>
    takesNames
      ? { value: id, description: `${name}, ${baseUrl}` }
      : { value: baseUrl, description: name },
  );
}

function threadFlags(given: GivenFlags) {
  return {
    projectDir: given.get("--project-dir"),
    endpoint: given.get("--endpoint"),
    apiKeyEnv: given.get("--api-key-env"),
  };
}

async function listThreads(given: GivenFlags, io: SuggestIo) {
  const { listThreads: list } = await import("../project/list-threads.ts");
  const { project, threads } = await list(threadFlags(given), io);
  return threads.map(({ id, firstPrompt, name, project: ofName }) => ({
    id,
    firstPrompt,
    name: ofName === project ? name : undefined,
  }));
}

/** Without Codex, since the names lie in files of ktx. */
async function listNames(given: GivenFlags, io: SuggestIo): Promise<readonly Suggestion[]> {
  const { listNamesOf } = await import("../project/list-threads.ts");
  return (await listNamesOf(threadFlags(given), io)).map((value) => ({ value }));
}
