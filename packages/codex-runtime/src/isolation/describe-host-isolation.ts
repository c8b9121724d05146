import type { RuntimeWarning } from "../values/runtime-warning.ts";
import type { HostInfluence } from "@ktx/codex-home";

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
