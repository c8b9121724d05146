/** A piece of code in a README. */
export interface ReadmeBlock {
  /** `ts`, `sh`, `yaml`, …; empty for plain text. */
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function readBlocks(markdown: string): readonly ReadmeBlock[] {
  return Array.from(
    markdown.matchAll(/^(`{3,})(\w*)\n(.*?)^\1$/gms),
    ([, , language = "", text = ""]) => ({ language, text }),
  );
}
