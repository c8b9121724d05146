import { describeProblem, type ResolvedConfig } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import type { ConfigReport } from "../project/check-config.ts";
import { plain, wrapText } from "./layout.ts";
import { textWidth } from "./text-width.ts";
import { createStyle } from "./style.ts";

type Output = Pick<CliIo, "stdout" | "env">;

/** The problems of `ktx.yaml`, or a line that it has none. */
export function renderConfigCheck({ problems, project }: ConfigReport, io: Output): string {
  if (problems.length > 0) return renderProblems({ problems }, io);
  const style = createStyle(io.stdout, io.env);
  return `${style.good("ok")}  ${project.configFile}\n`;
}

/** The configuration with all defaults. */
export function renderConfig({ config, project }: ConfigReport, io: Output): string {
  const style = createStyle(io.stdout, io.env);
  const rows = [
    ["file", `${project.configFile} (${project.rule})`],
    ...(config === null ? [] : describeConfig(config)),
  ];
  const width = Math.max(...rows.map(([name = ""]) => name.length));
  return rows
    .map(([name = "", value = ""]) => `${style.dim(name.padEnd(width))}  ${plain(value)}\n`)
    .join("");
}

export function renderProblems(
  { problems }: Pick<ConfigReport, "problems">,
  { stdout }: Pick<CliIo, "stdout">,
): string {
  const texts = problems.map((problem) =>
    wrapText(plain(describeProblem(problem)), textWidth(stdout)),
  );
  return `${texts.join("\n")}\n`;
}

function describeConfig({ llm }: ResolvedConfig): readonly (readonly [string, string])[] {
  if (llm.backend === "none") return [["backend", "none"]];
  const { isolation, auth, endpoint } = llm.codex;
  const accounts = {
    session: "the sign-in of `ktx login`",
    "api-key": `the key in ${auth.kind === "api-key" ? auth.apiKeyEnv : ""}`,
    none: "none",
  };
  return [
    ["backend", llm.backend],
    ["isolation", isolation],
    ["service", endpoint?.baseUrl ?? "OpenAI"],
    ["account", accounts[auth.kind]],
    ...(llm.reasoningEffort === undefined
      ? []
      : [["reasoning effort", llm.reasoningEffort] as const]),
    ...Object.entries(llm.models).map(([role, model]) => [`models.${role}`, model] as const),
  ];
}
