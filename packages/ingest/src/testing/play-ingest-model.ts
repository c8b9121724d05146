/** The next action of the scripted model: a call of a tool, or the text that ends its work. */
export type ModelAction =
  | { readonly tool: string; readonly arguments: Readonly<Record<string, unknown>> }
  | { readonly text: string };

/**
 * A scripted model for tests and demos of an ingest. Its only input is what a model would see: the user text, and the
 * results of its calls so far. It takes each plain sentence about a subject as a claim; of compared claims it takes
 * those that differ in numbers alone as a contradiction. Pure.
 */
export function playIngestModel(userText: string, results: readonly string[]): ModelAction {
  const part = /Your part is lines (\d+) to (\d+)\./.exec(userText);
  return part === null
    ? compareClaims(results)
    : readPart(Number(part[1]), Number(part[2]), results);
}

interface Statement {
  readonly line: number;
  readonly text: string;
  readonly subject: string;
}

function readPart(from: number, to: number, results: readonly string[]): ModelAction {
  const reads = results.filter((one) => one.includes(", lines "));
  const next = from + reads.length * 400;
  if (next <= to && results.length === reads.length)
    return { tool: "source_read", arguments: { from: next, to } };
  const statements = reads.flatMap(findStatements);
  const subjects = [...Map.groupBy(statements, ({ subject }) => subject)];
  const [first] = subjects;
  if (first === undefined) return { text: "The source has no statements." };
  const later = results.slice(reads.length);
  const hits = later[0];
  if (hits === undefined) return { tool: "wiki_search", arguments: { query: first[0] } };
  const subject = subjects[later.length - 1];
  if (subject === undefined) return { text: `Wrote ${subjects.length} pages.` };
  const [title, group] = subject;
  return {
    tool: "page_write",
    arguments: {
      page: `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.md`,
      title,
      summary: `What the sources say about ${title.toLowerCase()}.`,
      tags: [],
      claims: group.map(({ line, text }) => ({ section: "", text, lines: String(line) })),
    },
  };
}

/** Sentences such as "A refund is paid within 30 days.", without the marks of comments, lists and keys around them. */
function findStatements(read: string): readonly Statement[] {
  return read.split("\n").flatMap((line): readonly Statement[] => {
    const [, number, rest = ""] = /^(\d+): (.*)$/.exec(line) ?? [];
    const plain = rest
      .replace(/^(?:\d+[,;])?[\s\-#*/>|,]*/, "")
      .replace(/^"?(?:description|comment|note)"?:\s*/i, "")
      .replace(/^["']|["',|]+\s*$/g, "")
      .trim();
    const [, subject] =
      /^(?:An? |The |Each )?(\p{Lu}?[\p{L}\p{N} -]{2,40}?) (?:is|are|has|have|lowers?|takes?|must|costs?|counts?|lives?|ends?|starts?|includes?|excludes?|holds?) [^.]*\.$/u.exec(
        plain,
      ) ?? [];
    if (number === undefined || subject === undefined || !/^\p{Lu}/u.test(plain)) return [];
    const title = subject.charAt(0).toUpperCase() + subject.slice(1).replace(/(?<=[^su])s$/, "");
    return [{ line: Number(number), text: plain, subject: title }];
  });
}

function compareClaims(results: readonly string[]): ModelAction {
  const [read, answer] = results;
  if (read === undefined) return { tool: "set_read", arguments: {} };
  if (answer !== undefined) return { text: "Compared." };
  const claims = [...read.matchAll(/^(c\d+) \| [^|]* \| [^|]* \| (.*) \| cites /gm)].map(
    ([, id = "", text = ""]) => ({ id, text: text.toLowerCase() }),
  );
  const alike = Map.groupBy(claims, ({ text }) => text.replaceAll(/\d[\d.,]*/g, "0"));
  const groups = [...alike.values()].map((group) => {
    const ids = group.map(({ id }) => id);
    if (ids.length === 1) return { claims: ids, verdict: "compatible" };
    const isSame = new Set(group.map(({ text }) => text)).size === 1;
    return isSame
      ? { claims: ids, verdict: "same" }
      : { claims: ids, verdict: "contradiction", note: "The sources name different numbers." };
  });
  return { tool: "set_decide", arguments: { groups } };
}
