import { clockTime, count, counted, duration } from "../page/formats.ts";
import { type Html, markup } from "../page/markup.ts";
import type { IngestReportView, IngestView, StageView, UnitView } from "./ingest-view.ts";
import { page } from "../page/page.ts";
import { intoLanes, timeBars } from "../page/time-bars.ts";

/** The page of an ingest. Pure. */
export function ingestPage(ingest: IngestView): string {
  const { units, waits, endMs, report, stages } = ingest;
  const tokens = report?.tokens ?? units.reduce((sum, unit) => sum + unit.tokens, 0);
  const ends = (outcome: UnitView["outcome"]): number =>
    units.filter((unit) => unit.outcome === outcome).length;
  return page({
    title: "An ingest of ktx",
    facts: [
      [
        "End",
        report === undefined ? "the run did not finish" : `${report.ended}, ${report.outcome}`,
      ],
      ["Time", duration(endMs)],
      [
        "Units",
        `${count(ends("done"))} done, ${count(ends("failed"))} failed, ${count(ends("held"))} held, ${count(ends("left"))} left`,
      ],
      ["Unchanged", count(report?.unchanged ?? 0)],
      ["Tokens", count(tokens)],
      ["Contradictions", report === undefined ? "unknown" : count(report.contradictions)],
    ],
    body: markup`
      ${failuresOf(units, report)}
      <section aria-labelledby="workers">
        <h2 id="workers">Workers</h2>
        ${workers(ingest)}
        ${
          waits.length > 0 &&
          markup`<ul>
            ${waits.map(({ group, startMs, endMs: until, reason }) => markup`<li>Group ${group} waits from ${clockTime(startMs)} for ${duration(until - startMs)}: ${reason}</li>`)}
          </ul>`
        }
      </section>
      ${report !== undefined && contradictionsOf(report)} ${slowest(units)} ${report !== undefined && wikiOf(report)}
      <section aria-labelledby="units">
        <h2 id="units">Units</h2>
        ${stages.length > 0 && markup`<p class="quiet">${stages.map(describeStage).join(" · ")}</p>`}
        ${unitTable(units)}
      </section>
    `,
  });
}

function failuresOf(
  units: readonly UnitView[],
  report: IngestReportView | undefined,
): Html | undefined {
  const found =
    report?.failures ??
    units.flatMap(({ name, outcome, reason = "", fix }) =>
      outcome === "failed" ? [{ where: name, kind: "failed", message: reason, fix }] : [],
    );
  if (found.length === 0) return undefined;
  return markup`<section aria-labelledby="failures">
    <h2 id="failures">Failures</h2>
    ${found.map(
      ({ where, kind, message, fix }) =>
        markup`<div class="failure">
          <p><strong>${where}: ${kind}.</strong> ${message}</p>
          ${fix !== undefined && markup`<p>Next: ${fix}</p>`}
        </div>`,
    )}
  </section>`;
}

function workers({ units, waits, endMs }: IngestView): Html {
  const bars = units.flatMap(({ attempts }) =>
    attempts.map(({ outcome, ...times }) => ({ ...times, className: outcome })),
  );
  const lanes = intoLanes(bars);
  const most = Math.max(0, ...lanes.map(({ lane }) => lane + 1));
  const stripes = waits.map(({ startMs, endMs: until }) => ({
    startMs,
    endMs: until,
    className: "pause",
  }));
  const label = `${counted(bars.length, "attempt")} of ${counted(units.length, "unit")} on at most ${counted(most, "worker")} over ${duration(endMs)}, with ${counted(waits.length, "wait")}.`;
  return markup`${timeBars(lanes, { endMs, label, stripes })}
    <p class="quiet">
      Each row is a worker, each bar an attempt: green done, red failed, grey left for later. The
      background shows waits for a limit.
    </p>`;
}

function contradictionsOf({ contradictions, flagged }: IngestReportView): Html | undefined {
  if (contradictions === 0) return undefined;
  return markup`<section aria-labelledby="contradictions">
    <h2 id="contradictions">Contradictions</h2>
    <p>${counted(contradictions, "contradiction")} on the pages: <code>ktx wiki review</code> lists them.</p>
    ${flagged.map(
      ({ note, pages, claims }) =>
        markup`<div class="contradiction">
          <h3>${pages.join(", ")}</h3>
          <p>${note}</p>
          <ul>
            ${claims.map(({ text, sources }) => markup`<li>${text} <span class="quiet">${sources.join(", ")}</span></li>`)}
          </ul>
        </div>`,
    )}
  </section>`;
}

function slowest(units: readonly UnitView[]): Html | undefined {
  const timed = units
    .map((unit) => ({ unit, tookMs: tookMs(unit) }))
    .toSorted((a, b) => b.tookMs - a.tookMs)
    .slice(0, 10)
    .filter((each) => each.tookMs > 0);
  if (timed.length === 0) return undefined;
  return markup`<section aria-labelledby="slowest">
    <h2 id="slowest">Slowest units</h2>
    <ol>
      ${timed.map(({ unit, tookMs: took }) => markup`<li><code>${unit.name}</code> ${duration(took)}, ${counted(unit.steps, "step")}, ${counted(unit.tokens, "token")}</li>`)}
    </ol>
  </section>`;
}

function wikiOf(report: IngestReportView): Html {
  const { pages, heldSets, retiredClaims, skipped, waiting = { pages: 0, sets: 0 } } = report;
  const list = (label: string, names: readonly string[]): Html | undefined =>
    names.length === 0
      ? undefined
      : markup`<details class="block">
          <summary>${label}: ${count(names.length)}</summary>
          <ul>
            ${names.map((name) => markup`<li>${name}</li>`)}
          </ul>
        </details>`;
  return markup`<section aria-labelledby="wiki">
    <h2 id="wiki">The wiki</h2>
    ${list("Created pages", pages.created)} ${list("Changed pages", pages.changed)}
    ${list("Removed pages", pages.removed)}
    ${list("Proposals, since a person wrote or edited the page", pages.proposed)}
    ${heldSets > 0 && markup`<p>${counted(heldSets, "set")} of claims could not be compared.</p>`}
    ${
      waiting.pages + waiting.sets > 0 &&
      markup`<p>${counted(waiting.pages, "proposal")} for pages and ${counted(waiting.sets, "set")} of claims wait for a person: <code>ktx wiki review</code> lists them.</p>`
    }
    ${retiredClaims > 0 && markup`<p>${counted(retiredClaims, "claim")} lost their source.</p>`}
    ${list(
      "Skipped files",
      skipped.map(({ path, reason }) => `${path}: ${reason}`),
    )}
  </section>`;
}

function unitTable(units: readonly UnitView[]): Html {
  const column = (name: string, isNumber = false): Html =>
    markup`<th scope="col" ${isNumber && markup` class="number"`}>
      <button type="button">${name}</button>
    </th>`;
  return markup`<div class="table" role="region" aria-label="Table of units" tabindex="0">
    <table>
      <thead>
        <tr>
          ${column("Unit")}${column("Outcome")}${column("Attempts", true)}${column("Start", true)}${column("Time", true)}${column("Steps", true)}${column("Tokens", true)}
        </tr>
      </thead>
      <tbody>
        ${units.map(unitRow)}
      </tbody>
    </table>
  </div>`;
}

function unitRow(unit: UnitView): Html {
  const { name, outcome, attempts, steps, tokens, reason } = unit;
  const number = (value: number, text: string): Html =>
    markup`<td class="number" data-value="${value}">${text}</td>`;
  const start = attempts[0]?.startMs ?? 0;
  return markup`<tr class="${outcome}">
    <td>${name}</td>
    <td>${outcome}${reason !== undefined && `: ${reason}`}</td>
    ${number(attempts.length, count(attempts.length))}${number(start, clockTime(start))}${number(tookMs(unit), duration(tookMs(unit)))}${number(steps, count(steps))}${number(tokens, count(tokens))}
  </tr>`;
}

function tookMs({ attempts }: UnitView): number {
  return attempts.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

function describeStage({ stage, units, spent }: StageView): string {
  const size = `${stage}: ${counted(units, "unit")}`;
  return spent === undefined
    ? size
    : `${size}, ${duration(spent.ms)}, ${counted(spent.tokens, "token")}`;
}
