import { describePlace, describeProblem } from "../config-problem.ts";
import { countOf } from "../count-of.ts";
import { setupStep } from "../model-refusal.ts";
import { failed, passed, warned, type Verdict } from "./check.ts";
import type { StatusInput } from "./status-input.ts";

export function assessProject({ project, setupCommand }: StatusInput): Verdict {
  if (project.found) return passed(`${project.directory} (by ${project.rule})`);
  return failed(project.notFound.join(" "), setupStep(false, setupCommand));
}

/** A missing default model is a check of its own. */
export function assessConfig({ reading, setVariables }: StatusInput): Verdict {
  const problems = reading.problems.filter(({ code }) => code !== "missing-default-model");
  const errors = problems.filter(({ severity }) => severity === "error");
  const [only, ...others] = problems;
  const store = reading.written?.batch?.store;
  if (errors.length === 0 && store !== undefined && !setVariables.has(store))
    return warned(
      `${store}, which batch.store names, is not set: \`ktx ingest\` and \`ktx batch\` cannot run.`,
      `Set ${store} to the URL of a Postgres database, or give --store local.`,
      problems.map(describeProblem),
    );
  if (only === undefined) return passed("ktx.yaml has no problems.");

  // One problem lends its fix to the check; several problems keep their own.
  const [fix, details] =
    others.length === 0
      ? [only.fix, [describePlace(only)]]
      : ["Correct these places in ktx.yaml.", problems.map(describeProblem)];
  return errors.length > 0
    ? failed(`ktx.yaml has ${countOf(errors.length, "error")}.`, fix, details)
    : warned(`ktx.yaml is valid, with ${countOf(problems.length, "warning")}.`, fix, details);
}

export function assessBackend({ reading, setupCommand }: StatusInput): Verdict {
  const backend = reading.written?.llm?.provider?.backend;
  const step = setupStep(true, setupCommand);
  if (backend === undefined) return failed("No backend is chosen.", step);
  if (backend === "none") return failed("The backend is `none`: no command may use a model.", step);
  return passed(backend);
}

export function assessDefaultModel({ reading }: StatusInput): Verdict {
  const missing = reading.problems.find(({ code }) => code === "missing-default-model");
  if (missing !== undefined)
    return failed("llm.models.default is not set, and no model is assumed.", missing.fix);
  return passed(reading.written?.llm?.models?.default ?? "");
}
