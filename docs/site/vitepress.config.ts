import { defineConfig } from "vitepress";
import { navigation } from "./navigation.ts";

const toItems = (entries: readonly (readonly [title: string, page: string])[]) =>
  entries.map(([text, link]) => ({ text, link }));

export default defineConfig({
  title: "ktx",
  description: "A local Codex sign-in as a typed LLM runtime for programs",
  // The pages are plain Markdown: `<id>` in a text is a text.
  markdown: { html: false },
  themeConfig: {
    search: { provider: "local" },
    nav: toItems([
      ["Documentation", "/docs/"],
      ["Examples", "/examples/"],
      ["Reference", "/reference/"],
    ]),
    sidebar: navigation.map(({ text, pages }) => ({ text, items: toItems(pages) })),
  },
});
