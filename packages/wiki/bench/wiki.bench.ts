import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { noteFigure } from "../../../test/bench-figure.ts";
import { openWiki } from "../src/index.ts";

const count = 10_000;
/** A vocabulary of 20,000 words, of which some are frequent and most are rare, as in a language. */
const vocabulary = 20_000;
const syllables = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split(" ");

function wordOf(rank: number): string {
  let rest = rank;
  let word = "";
  do {
    word += syllables[rest % syllables.length] ?? "";
    rest = Math.floor(rest / syllables.length);
  } while (rest > 0);
  return `${word}n`;
}

/** A page of about 300 words, different for each number, with a title, headings, links and a citation. */
function pageText(number: number): string {
  let state = number + 1;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const word = (): string =>
    wordOf(Math.floor(Math.exp((next(10_000) / 10_000) * Math.log(vocabulary))));
  const sentence = (): string => `${Array.from({ length: 12 }, word).join(" ")}.`;
  const part = (): string =>
    `## ${word()} ${word()}\n\n${Array.from({ length: 8 }, sentence).join(" ")}\n`;
  return `---\ntitle: ${word()} ${word()} ${number}\nsummary: ${sentence().slice(0, 150)}\ntags: [${wordOf(next(40))}]\nupdated: 2026-11-29\n---\n\n${part()}\nSee [[page ${next(count)}]] and [other](page-${next(count)}.md).[^s1]\n\n${part()}\n${part()}\n[^s1]: [a.sql:1](../../a.sql) sha256:0123456789abcdef\n`;
}

test(`search, rebuild and update of ${count} pages`, async () => {
  const project = await mkdtemp(join(tmpdir(), "ktx-wiki-bench-"));
  const nameOf = (number: number): string => `${number % 100}/page-${number}.md`;
  for (let folder = 0; folder < 100; folder += 1)
    await mkdir(join(project, `wiki/${folder}`), { recursive: true });
  for (let number = 0; number < count; number += 1)
    await writeFile(join(project, "wiki", nameOf(number)), pageText(number));

  let passedMs = 0;
  const now = (): number => Date.now() + passedMs;
  await using wiki = await openWiki({ projectDir: project, now });
  const rebuild = await timed(() => wiki.refresh());
  expect(rebuild.result).toBe(count);
  const unchanged = await timed(() => wiki.refresh());

  // Each search comes two seconds after the last one, so that it looks for changes of others first.
  const search = async (number: number) => {
    // Three words of a page, as somebody remembers it.
    const words = pageText(number * 49)
      .split(/\s+/)
      .slice(30);
    const query = [words[number % 60], words[70 + (number % 60)], words[140 + (number % 60)]];
    passedMs += 2_000;
    const timing = await timed(() => wiki.search(query.join(" ")));
    expect(timing.result.length).toBeGreaterThan(0);
    return timing;
  };
  await search(0);
  const searches: number[] = [];
  const searchCpu: number[] = [];
  for (let number = 0; number < 200; number += 1) {
    const { ms, cpuMs } = await search(number);
    searches.push(ms);
    searchCpu.push(cpuMs);
  }
  await writeFile(join(project, "wiki", nameOf(7)), pageText(88_888));
  const afterChange = await search(1);
  const updates: number[] = [];
  const updateCpu: number[] = [];
  for (let number = 0; number < 50; number += 1) {
    const name = nameOf(number * 101);
    const page = await wiki.read(name);
    const text = `${page?.text}\nOne more sentence.\n`;
    const change = { name, text, baseHash: page?.hash ?? null };
    const { ms, cpuMs, result } = await timed(() => wiki.write(change));
    expect(result.outcome).toBe("written");
    updates.push(ms);
    updateCpu.push(cpuMs);
  }
  await writeFile(join(project, "wiki", nameOf(5)), pageText(77_777));
  const foreign = await timed(() => wiki.refresh());
  console.log(
    [
      "Wall time, and in brackets the time of the processor, which other load does not change:",
      `rebuild of ${count} pages: ${(rebuild.ms / 1_000).toFixed(2)} s (${(rebuild.cpuMs / 1_000).toFixed(2)} s)`,
      `search, p50: ${percentile(searches, 0.5)} ms (${percentile(searchCpu, 0.5)} ms), p95: ${percentile(searches, 0.95)} ms; the one after a change of others: ${afterChange.ms.toFixed(0)} ms (${afterChange.cpuMs.toFixed(0)} ms)`,
      `write of a page and its index, p50: ${percentile(updates, 0.5)} ms (${percentile(updateCpu, 0.5)} ms)`,
      `look for changes of others: ${foreign.ms.toFixed(0)} ms (${foreign.cpuMs.toFixed(0)} ms), without one ${unchanged.ms.toFixed(0)} ms`,
    ].join("\n"),
  );
  noteFigure({
    bench: "wiki",
    title: `In ${count.toLocaleString("en-US")} pages, p50`,
    unit: "ms",
    better: "less",
    values: {
      search: Number(percentile(searches, 0.5)),
      "write of a page and its index": Number(percentile(updates, 0.5)),
      "look for changes of others": unchanged.ms,
    },
  });
  await rm(project, { recursive: true });
});

async function timed<Result>(work: () => Promise<Result>) {
  const start = process.cpuUsage();
  const startMs = performance.now();
  const result = await work();
  const ms = performance.now() - startMs;
  const { user, system } = process.cpuUsage(start);
  return { result, ms, cpuMs: (user + system) / 1_000 };
}

function percentile(times: readonly number[], share: number): string {
  const sorted = times.toSorted((one, other) => one - other);
  return (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1);
}
