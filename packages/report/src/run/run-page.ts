import { asText, clockTime, count, counted, duration } from "../page/formats.ts";
import { type Html, markup } from "../page/markup.ts";
import { page } from "../page/page.ts";
import type { Entry, EntryKind, RunView, TurnView } from "./run-view.ts";
import { intoLanes, type LooseBar, timeBars } from "../page/time-bars.ts";
import { tokenChart } from "./token-chart.ts";

/** The page of a recorded run. Pure. */
export function runPage(run: RunView): string {
  const { turns, endMs } = run;
  const entries = turns.flatMap((turn) => turn.entries);
  const calls = entries.filter(({ kind }) => kind === "tool");
  const failedCalls = calls.filter(({ isFailed }) => isFailed);
  const models = [...new Set(turns.map(({ model }) => model))];
  const steps = turns.reduce((sum, turn) => sum + turn.steps, 0);
  const tokens = turns.reduce((sum, { usage }) => sum + (usage.totalTokens ?? 0), 0);
  const title = turns[0]?.prompt.trim().split("\n")[0]?.slice(0, 120) ?? "A run";
  const bars = turns.flatMap((turn) => turn.entries.flatMap(toBar));
  const slowest = calls
    .filter(({ durationMs }) => durationMs !== undefined)
    .toSorted((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0))
    .slice(0, 5);
  return page({
    title,
    facts: [
      ["Model", models.join(", ")],
      ["Time", duration(endMs)],
      ["Turns", count(turns.length)],
      ["Steps", count(steps)],
      [
        "Tool calls",
        `${count(calls.length)}${failedCalls.length > 0 ? `, ${count(failedCalls.length)} failed` : ""}`,
      ],
      ["Tokens", tokens > 0 ? count(tokens) : "not reported"],
      ["End", describeEnd(turns.at(-1))],
    ],
    body: markup`
      ${failures(turns)}
      <section aria-labelledby="time">
        <h2 id="time">Time</h2>
        ${timeBars(intoLanes(bars), { endMs, label: `${counted(bars.length, "call and wait", "calls and waits")} over ${duration(endMs)}.` })}
        ${slowest.length > 0 && markup`<p>Slowest calls: ${slowest.map(({ title: name, durationMs = 0 }, index) => markup`${index > 0 && ", "}<code>${name}</code> ${duration(durationMs)}`)}.</p>`}
      </section>
      ${tokensOf(turns)}
      <section aria-labelledby="timeline">
        <h2 id="timeline">Timeline</h2>
        <div class="tools">
          <label>Find <input type="search" id="find" autocomplete="off" /></label>
          <label><input type="checkbox" id="failed-only" /> failures only</label>
          <button type="button" id="unfold">Unfold all</button>
          <button type="button" id="fold">Fold all</button>
          <output id="found" aria-live="polite"></output>
        </div>
        ${turnSections(turns)}
      </section>
    `,
  });
}

function describeEnd(turn: TurnView | undefined): string {
  switch (turn?.end.type) {
    case "completed":
      return "completed";
    case "failed":
      return `failed: ${turn.end.kind}`;
    case "stopped":
      return "stopped by ktx or its caller";
    default:
      return "the recording breaks off";
  }
}

function failures(turns: readonly TurnView[]): Html | undefined {
  const failed = turns.flatMap(({ turn, end }) => (end.type === "failed" ? [{ turn, end }] : []));
  if (failed.length === 0) return undefined;
  return markup`<section aria-labelledby="failures">
    <h2 id="failures">Failures</h2>
    ${failed.map(
      ({ turn, end }) =>
        markup`<div class="failure">
          <p><strong>Turn ${turn}: ${end.kind}.</strong> ${end.message}</p>
          ${end.fix !== undefined && markup`<p>Next: ${end.fix}</p>`}
        </div>`,
    )}
  </section>`;
}

function tokensOf(turns: readonly TurnView[]): Html | undefined {
  const chart = tokenChart(turns.flatMap(({ requests }) => requests));
  return (
    chart &&
    markup`<section aria-labelledby="tokens">
      <h2 id="tokens">Tokens for each request</h2>
      ${chart}
    </section>`
  );
}

const barKinds: ReadonlySet<EntryKind> = new Set(["tool", "command", "wait"]);

function toBar({ kind, atMs, durationMs, isFailed }: Entry): readonly LooseBar[] {
  if (!barKinds.has(kind) || durationMs === undefined) return [];
  return [{ startMs: atMs, endMs: atMs + durationMs, className: isFailed ? "failed" : kind }];
}

/** Entries that the browser lays out together. */
const perChunk = 20;

/** The entries of a page that are elements from the start; those after them are elements only while they are near. */
const fromStart = 400;

function turnSections(turns: readonly TurnView[]): readonly Html[] {
  let before = 0;
  return turns.map((turn) => {
    const section = turnSection(turn, { turns: turns.length, before });
    before += turn.entries.length;
    return section;
  });
}

/** @param before the entries of the turns before it. */
function turnSection(
  turn: TurnView,
  { turns, before }: { readonly turns: number; readonly before: number },
): Html {
  const chunks = Array.from({ length: Math.ceil(turn.entries.length / perChunk) }, (_, index) =>
    turn.entries.slice(index * perChunk, (index + 1) * perChunk),
  );
  const { prompt, instructions, tools, images, outputSchema, usage } = turn;
  return markup`<section class="turn" aria-labelledby="turn-${turn.turn}">
    <h3 id="turn-${turn.turn}">
      ${turns > 1 ? `Turn ${turn.turn}, thread ${turn.thread}` : "The turn"}
    </h3>
    <p class="quiet">
      ${turn.model} · ${duration(turn.endMs - turn.startMs)} ·
      ${counted(turn.steps, "step")}${usage.totalTokens !== undefined && ` · ${counted(usage.totalTokens, "token")}`}
    </p>
    ${fold("Prompt", prompt, { open: prompt.length < 2_000 })}
    ${instructions !== undefined && fold("Instructions", instructions)}
    ${tools.length > 0 && fold(counted(tools.length, "tool"), tools.join("\n"))}
    ${images > 0 && markup`<p class="quiet">${counted(images, "image")}, which the recording does not keep.</p>`}
    ${outputSchema !== undefined && fold("Schema of the answer", asText(outputSchema))}
    ${chunks.map((entries, index) => {
      const chunk = markup`<ol class="chunk" start="${index * perChunk + 1}">
          ${entries.map(entryItem)}
        </ol>`;
      // Where scripts run, the content of noscript is one text and no element.
      return before + index * perChunk < fromStart
        ? chunk
        : markup`<div class="later" data-entries="${entries.length}"><noscript>${chunk}</noscript></div>`;
    })}
  </section>`;
}

function fold(label: string, text: string, { open = false } = {}): Html {
  return markup`<details class="block" ${open && markup` open`}>
    <summary>${label}</summary>
    <pre>${text}</pre>
  </details>`;
}

function entryItem(entry: Entry): Html {
  const { kind, atMs, durationMs, title, isFailed, details } = entry;
  const line = markup`<span class="at">${clockTime(atMs)}</span> <span class="kind">${kind}</span>
    <span class="what">${title}</span
    >${isFailed && markup` <span class="mark">failed</span>`}${durationMs !== undefined && markup` <span class="took">${duration(durationMs)}</span>`}`;
  const className = `entry ${kind}${isFailed ? " failed" : ""}`;
  if (details.length === 0)
    return markup`<li class="${className}"><div class="line">${line}</div></li>`;
  return markup`<li class="${className}"><details${kind === "message" && markup` open`}><summary class="line">${line}</summary>${details.map(
    ({ label, text }) =>
      markup`<p class="label">${label}</p>
        <pre>${text}</pre>`,
  )}</details></li>`;
}
