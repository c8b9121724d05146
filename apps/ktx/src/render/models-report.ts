import type { CliIo } from "../cli-io.ts";
import type { ModelEntry, ModelsReport } from "../project/list-models.ts";
import { plain, wrapText } from "./layout.ts";
import { textWidth } from "./text-width.ts";
import { createStyle } from "./style.ts";

/** The models that Codex offers in its own picker, in its order of preference. */
export function renderModels(
  { models, codex, account }: ModelsReport,
  { stdout, env }: Pick<CliIo, "stdout" | "env">,
): string {
  const style = createStyle(stdout, env);
  const width = textWidth(stdout);
  const entries = models
    .filter(({ listed }) => listed)
    .map((model) =>
      [
        style.bold(plain(model.id)) +
          (model.usable === false ? style.bad("  not for API keys") : ""),
        wrapText(plain(model.description), width, "  "),
        style.dim(wrapText(plain(describeFacts(model)), width, "  ")),
      ].join("\n"),
    );
  const heading = wrapText(
    `Codex ${codex.version ?? "(of unknown version)"} offers ${entries.length} models. ${accounts[account]}`,
    width,
  );
  return `${[heading, ...entries].join("\n\n")}\n`;
}

const accounts: Readonly<Record<ModelsReport["account"], string>> = {
  chatgpt: "Signed in with ChatGPT. Only a turn shows which of them your plan allows.",
  "api-key": "Signed in with an API key.",
  "environment-key": "Codex uses the API key of a variable.",
  "signed-out": "Not signed in, so the models of your account are not known.",
  unreadable: "The sign-in cannot be read. Run `ktx status --no-probe` for the reason.",
};

function describeFacts(model: ModelEntry): string {
  const { contextWindow, reasoningLevels, defaultReasoningLevel, successor } = model;
  const levels = reasoningLevels.map((level) =>
    level === defaultReasoningLevel ? `${level} (default)` : level,
  );
  return [
    contextWindow === undefined ? undefined : `${contextWindow.toLocaleString("en-US")} tokens`,
    levels.length === 0 ? undefined : `reasoning ${levels.join(", ")}`,
    successor === undefined ? undefined : `Codex advises ${successor}`,
  ]
    .filter((part) => part !== undefined)
    .join(" · ");
}
