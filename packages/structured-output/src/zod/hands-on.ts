import type { z } from "zod";

/** Whether a schema of scalars gives what it takes, but for changes such as `.trim()`. */
export function handsOn(root: z.core.SomeType): boolean {
  const visited = new Set<object>();
  const visit = (schema: z.core.SomeType): boolean => {
    if (visited.has(schema._zod.def)) return true;
    visited.add(schema._zod.def);
    return stepOf(schema, visit);
  };
  return visit(root);
}

function stepOf(schema: z.core.SomeType, inner: (schema: z.core.SomeType) => boolean): boolean {
  // `$ZodTypes` is how zod's documentation narrows a schema by its type.
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "string":
    case "template_literal":
    case "number":
    case "boolean":
    case "bigint":
    case "date":
    case "literal":
    case "enum":
    case "null":
    case "undefined":
      return true;
    case "union":
      return def.options.every(inner);
    case "optional":
    case "nullable":
    case "nonoptional":
    case "default":
    case "prefault":
    case "readonly":
    case "catch":
      return inner(def.innerType);
    case "pipe":
      return def.transform === undefined && inner(def.in) && inner(def.out);
    default:
      return false;
  }
}
