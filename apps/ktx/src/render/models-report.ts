import { countOf } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import type { ModelEntry, ModelsReport } from "../project/list-models.ts";
import { plain, wrapText } from "./layout.ts";
import { textWidth } from "./text-width.ts";
import { createStyle } from "./style.ts";

/** The models that Codex offers, the recommended one first, and the ids of those that it hides. */
export function renderModels(
  { models, codex, account, endpoint }: ModelsReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  const hidden = models.filter(({ standing }) => standing === "hidden");
  const entries = models
    .filter(({ standing }) => standing !== "hidden")
    .map((model) =>
      [
        style.bold(plain(model.id)) +
          (model.standing === "recommended" ? style.good("  recommended") : "") +
          (model.standing === "retired" ? style.dim("  retired") : "") +
          (model.usable === false ? style.bad("  not for API keys") : ""),
        wrapText(plain(model.purpose), width, "  "),
        style.dim(wrapText(plain(describeFacts(model)), width, "  ")),
      ].join("\n"),
    );
  const heading = wrapText(
    `Codex ${codex.version ?? "(of unknown version)"} offers ${countOf(entries.length, "model")}. ${endpoint === null ? accounts[account] : describeEndpoint(endpoint)}`,
    width,
  );
  const rest = hidden.map(({ id }) => plain(id)).join(", ");
  const last = rest === "" ? [] : [style.dim(wrapText(`Hidden by Codex: ${rest}.`, width))];
  return `${[heading, ...entries, ...last].join("\n\n")}\n`;
}

function describeEndpoint(baseUrl: string): string {
  return `This project uses the endpoint ${plain(baseUrl)} instead, whose models are not in this list. Only the endpoint knows them.`;
}

const accounts: Readonly<Record<ModelsReport["account"], string>> = {
  chatgpt: "Signed in with ChatGPT. Only a turn shows which of them your plan allows.",
  "api-key": "Signed in with an API key.",
  "environment-key": "Codex uses the API key of a variable.",
  "signed-out": "Not signed in, so the models of your account are not known.",
  unreadable: "The sign-in cannot be read. Run `ktx status --no-probe` for the reason.",
};

function describeFacts(model: ModelEntry): string {
  const { standing, contextWindow, reasoningLevels, defaultReasoningLevel, successor } = model;
  const levels = reasoningLevels.map((level) =>
    level === defaultReasoningLevel ? `${level} (default)` : level,
  );
  return [
    contextWindow === undefined ? undefined : `${contextWindow.toLocaleString("en-US")} tokens`,
    levels.length === 0 ? undefined : `reasoning ${levels.join(", ")}`,
    successor === undefined || standing !== "retired" ? undefined : `Codex advises ${successor}`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}
