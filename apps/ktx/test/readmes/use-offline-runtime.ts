import { registerHooks } from "node:module";

/** Gives the example that is run, and no other module, the offline runtime. */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "@ktx/codex-runtime" && context.parentURL?.includes("/.readme-") === true
      ? next(new URL("offline-runtime.ts", import.meta.url).href, context)
      : next(specifier, context),
});
