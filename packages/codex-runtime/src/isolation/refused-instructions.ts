import type { RuntimeWarning } from "../values/runtime-warning.ts";

/** The warning about a repeated run. Pure. */
export function describeRefusal(model: string): RuntimeWarning {
  return {
    kind: "stock-instructions",
    message:
      `The service accepts only Codex's own base instructions for ${model}. The run was repeated with those, ` +
      "and later runs of this runtime start with them. They add about 21 KB to each request.",
    model,
  };
}
