import {
  reply,
  type SimItem,
  type SimReply,
  type SimRequest,
  text,
  toolCall,
} from "@ktx/codex-sim";
import { titleOf } from "./demo-wiki.ts";
import { contentWords, countShared } from "./words.ts";

/**
 * The scripted model of the demo: it searches for the words of the question, reads the best page, writes a page
 * with the relevant sentences, and answers with the first of them.
 *
 * Its only input is the request, so another question, or another wiki, leads to another answer.
 */
export function playDemoModel(request: SimRequest): SimReply {
  const next = decide(lastParagraph(request.userText), request.toolOutputs.map(resultOf));
  // An estimate in place of the service's count: a token is about four bytes.
  const inputTokens = Math.round(request.bytes / 4);
  const outputTokens = Math.round(JSON.stringify(next).length / 4);
  return reply([next], {
    usage: { inputTokens, cachedInputTokens: 0, outputTokens, reasoningOutputTokens: 0 },
  });
}

function decide(question: string, results: readonly string[]): SimItem {
  const [hits, source, confirmation] = results;
  const words = contentWords(question);
  if (hits === undefined)
    return call("wiki_search", { query: [...new Set(words)].join(" ") || question });
  const best = pagesIn(hits)[0];
  if (best === undefined) return text("The wiki has no page about this.");
  if (source === undefined) return call("wiki_read", { page: best });
  const sentences = pickSentences(source, words);
  const page = `${[...new Set(words)]
    .slice(0, 4)
    .join("-")
    .replaceAll(/[^a-z0-9-]/g, "")}-note.md`;
  if (confirmation === undefined)
    return call("wiki_write", {
      page,
      markdown: composePage({ question, best, source, sentences }),
    });
  return text(`${sentences[0] ?? ""}\n\nFrom ${best}; written up in ${page}.`);
}

/** Tools of the MCP server `ktx` are offered under this name. */
function call(tool: string, input: Readonly<Record<string, unknown>>): SimItem {
  return toolCall(tool, input);
}

function composePage(page: {
  readonly question: string;
  readonly best: string;
  readonly source: string;
  readonly sentences: readonly string[];
}): string {
  const points = page.sentences.map((sentence) => `- ${sentence}`).join("\n");
  return `# ${page.question}\n\n${points}\n\nSource: [${titleOf(page.source)}](${page.best})\n`;
}

/** The three sentences that share the most words with the question, the best first. */
function pickSentences(source: string, words: readonly string[]): readonly string[] {
  return source
    .replace(/^# .*$/m, "")
    .replaceAll(/\s+/g, " ")
    .trim()
    .split(/(?<=[.;]) (?=\p{Lu})/u)
    .map((sentence) => ({ sentence, shared: countShared(words, sentence) }))
    .toSorted((a, b) => b.shared - a.shared)
    .slice(0, 3)
    .map(({ sentence }) => sentence);
}

function pagesIn(searchResult: string): readonly string[] {
  return [...searchResult.matchAll(/"page":\s*"([^"]+)"/g)].map(([, page = ""]) => page);
}

/** Codex puts the duration of a tool call before its result. */
function resultOf({ output }: SimRequest["toolOutputs"][number]): string {
  return output.replace(/^Wall time: .*\nOutput:\n/, "");
}

function lastParagraph(userText: string): string {
  return (
    userText
      .trim()
      .split(/\n\s*\n/)
      .at(-1) ?? ""
  );
}
