import { readdir, readFile } from "node:fs/promises";
import { contentWords, countShared } from "./words.ts";

/** A wiki in memory. Its changes are lost when the program ends. */
export type DemoWiki = Map<string, string>;

export interface SearchHit {
  readonly page: string;
  readonly title: string;
  /** The number of the query's words on the page; those of its title count double. */
  readonly score: number;
}

const shippedPages = new URL("../../../assets/demo/wiki/", import.meta.url);

/** A fresh copy of the pages that ktx ships. */
export async function readDemoWiki(): Promise<DemoWiki> {
  const names = (await readdir(shippedPages)).filter((name) => name.endsWith(".md")).toSorted();
  const texts = names.map((name) => readFile(new URL(name, shippedPages), "utf8"));
  return new Map((await Promise.all(texts)).map((text, index) => [names[index] ?? "", text]));
}

/** The pages that share a word with the query, the best first. */
export function searchWiki(wiki: DemoWiki, query: string): readonly SearchHit[] {
  const words = contentWords(query);
  return [...wiki]
    .map(([page, text]) => {
      const title = titleOf(text);
      return { page, title, score: countShared(words, text) + countShared(words, title) };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.page.localeCompare(b.page));
}

export function titleOf(page: string): string {
  return /^# +(.+)$/m.exec(page)?.[1] ?? "";
}
