import { registerHooks } from "node:module";

/** Gives a program that is run as its reader would run it the stand-in service, and no `dotenv`. */
registerHooks({
  resolve: (specifier, context, next) => {
    const isOurs = !/\/(?:src|test)\//.test(context.parentURL ?? "");
    if (specifier === "@ktx/ai-sdk-provider" && isOurs)
      return next(new URL("stand-in-provider.ts", import.meta.url).href, context);
    if (specifier === "dotenv/config") return { url: "data:text/javascript,", shortCircuit: true };
    return next(specifier, context);
  },
});
