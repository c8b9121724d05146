import { readBlocks } from "./readme-blocks.ts";

/** The lines of the shell blocks of a page, without prompts and comments, and the `$ ktx …` of captures, in order. */
export function commandsOf(markdown: string): readonly string[] {
  return readBlocks(markdown).flatMap(({ language, text }) =>
    text.split("\n").flatMap((line) => {
      const command = /^\$ (.*)$/.exec(line)?.[1] ?? (language === "sh" ? line : "");
      const bare = command.replace(/ +# .*$/, "").trim();
      return bare === "" || bare.startsWith("#") ? [] : [bare];
    }),
  );
}
