import type { ThreadEvent } from "@ktx/codex-events";
import { type HostInfluence, ignoredSettings } from "@ktx/codex-home";
import type { RuntimeWarning } from "../values/runtime-warning.ts";

/** The warning for a runtime that shares the user's own Codex. Pure. */
export function describeHostIsolation(influences: readonly HostInfluence[]): RuntimeWarning {
  const found = influences.map(({ path, brings }) => `${brings} (${path})`).join("; ");
  return {
    kind: "host-isolation",
    message:
      "`isolation: 'host'` lets the user's own Codex into each run: its built-in tools and instructions" +
      `${found === "" ? "" : `, and ${found}`}. Strict isolation, the default, keeps all of that out.`,
    influences,
  };
}

/** The warning about a run that was repeated with Codex's own base instructions. Pure. */
export function describeRefusal(model: string): RuntimeWarning {
  return {
    kind: "stock-instructions",
    message:
      `The service accepts only Codex's own base instructions for ${model}. The run was repeated with those, ` +
      "and later runs of this runtime start with them. They add about 21 KB to each request.",
    model,
  };
}

/** The settings of ktx that this event says are ignored. */
export function findUnknownSettings(event: ThreadEvent): readonly string[] {
  const isError = event.type === "item.completed" && event.item.type === "error";
  return isError ? ignoredSettings(event.item.message) : [];
}

/** The warning about those settings, for a person. Pure. */
export function describeUnknownSettings(
  settings: readonly string[],
  codexVersion: string | null,
): RuntimeWarning {
  const keys = settings.map((key) => `\`${key}\``).join(", ");
  return {
    kind: "unknown-settings",
    message:
      `This Codex${codexVersion === null ? "" : ` (${codexVersion})`} does not know ${keys}, so ` +
      "inputs that the setting keeps out may reach the model. Use the Codex that @openai/codex-sdk brings, or update ktx.",
    settings,
    ...(codexVersion !== null && { codexVersion }),
  };
}
