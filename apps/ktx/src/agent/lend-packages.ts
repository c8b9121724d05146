import { registerHooks } from "node:module";

/** The packages that a module of the user gets from ktx where its folder has none. */
const lent = /^(?:@ktx\/[\w-]+|zod)(?:\/|$)/;

let isLending = false;

/**
 * Lets modules import `zod`, `@ktx/mcp-bridge` and the other packages of ktx that this program uses without an
 * installation of their own: an import that Node cannot find is looked up from here. An installed package wins. Holds
 * for the rest of the process, since a module may import while one of its tools runs.
 */
export function lendPackages(): void {
  if (isLending) return;
  isLending = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!isMissing(error) || !lent.test(specifier)) throw error;
        try {
          return { url: import.meta.resolve(specifier), shortCircuit: true };
        } catch {
          throw error;
        }
      }
    },
  });
}

function isMissing(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
