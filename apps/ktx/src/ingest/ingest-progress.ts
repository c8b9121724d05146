import { countOf } from "@ktx/config";
import type { IngestEvent } from "@ktx/ingest";
import type { CliIo } from "../cli-io.ts";
import { asSentence } from "../render/as-sentence.ts";
import { describeTime } from "../render/describe-time.ts";
import { oneLine } from "../render/layout.ts";
import { createStyle } from "../render/style.ts";
import { describeIngestPlan, describeRest } from "./describe-ingest-plan.ts";
import { isNamed } from "./is-named.ts";
import { describeManyLive } from "../terminal/describe-live.ts";
import { nextLive, startLive } from "../terminal/live-state.ts";
import { textFor } from "../terminal/print.ts";
import { TickingScreen } from "../terminal/ticking-screen.ts";

/** Shows the progress of an ingest on stderr: a line for each unit, and the present state in a terminal. */
export interface IngestProgress extends Disposable {
  readonly onEvent: (event: IngestEvent) => void;
  readonly onWarning: (message: string) => void;
  readonly onNote: (message: string) => void;
  /**
   * Shown with the plan: an ingest that is refused needs no worker.
   *
   * @param store the value of `--store` that a worker needs. @param groups none where one is enough.
   */
  readonly onWorkersNeeded: (store: string, groups: readonly string[]) => void;
}

const stages = {
  extract: "Reading sources",
  reconcile: "Comparing claims of different sources",
  apply: "Writing pages",
} as const;

/** @param tokenBudget of the whole run, if there is one. */
export function createIngestProgress(
  { stderr, env, now }: Pick<CliIo, "stderr" | "env" | "now">,
  tokenBudget: number | undefined,
): IngestProgress {
  const style = createStyle(stderr, env);
  const running = new Map<string, string>();
  let units = 0;
  let ended = 0;
  let failed = 0;
  let tokens = 0;
  let startedAtMs = now();
  const waits = new Map<string, string>();
  let workerCommand = "ktx worker";
  let workersNeeded: string | undefined;
  let live = startLive(now());

  const present = (columns: number): string => {
    if (units === 0) return "";
    const nowMs = now();
    const isPartial = ended > 0 && ended < units;
    const waiting = [...waits.values()];
    const line = describeManyLive(
      { ...live, tokens: { used: tokens, of: tokenBudget } },
      {
        nowMs,
        columns: columns - 1,
        progress: [
          `${ended} of ${units} units`,
          failed > 0 ? `${failed} failed` : undefined,
          ...waiting,
          ...[...running.values()].map(oneLine),
        ],
        left: isPartial
          ? describeRest(((nowMs - startedAtMs) / ended) * (units - ended))
          : undefined,
        isSilent: waiting.length === 0,
      },
    );
    return style.dim(line);
  };
  const screen = new TickingScreen(stderr, env, present);
  const tell = (line?: string): void => {
    live = nextLive(live, { type: "heard" }, now());
    if (line === undefined) screen.refresh();
    else screen.print(textFor(stderr, line).split("\n"));
  };
  const tellUnit = (name: string, text: string): void =>
    tell(`  ${String(ended).padStart(String(units).length)}/${units}  ${oneLine(name)}  ${text}`);

  const onBatch = ({ unit = "", event }: Extract<IngestEvent, { type: "batch" }>): void => {
    switch (event.type) {
      case "batch_planned":
        units = event.units;
        ended = event.done + event.failed + event.held;
        startedAtMs = now();
        return tell();
      case "unit_started":
        running.set(unit, unit);
        return tell();
      case "unit_done":
        running.delete(unit);
        ended += 1;
        tokens += event.tokens;
        return tellUnit(unit, style.dim(`${count(event.tokens)} tokens`));
      case "unit_failed": {
        running.delete(unit);
        tokens += event.tokens;
        if (event.retryAfterMs !== undefined)
          return tellUnit(unit, style.warn(`tried again soon: ${oneLine(event.failure.message)}`));
        ended += 1;
        failed += 1;
        return tellUnit(unit, style.bad(`failed: ${oneLine(event.failure.message)}`));
      }
      case "unit_released":
      case "unit_lost":
      case "unit_held":
        running.delete(unit);
        tokens += event.tokens;
        return tell();
      case "wait_started": {
        const until = describeTime(event.untilMs, Date.now());
        const who = isNamed(event.group) ? `The units of ${oneLine(event.group)}` : "All units";
        const what = event.willWait
          ? `${who} wait until ${until}.`
          : `It lasts until ${until}, longer than --wait allows.`;
        return tell(style.warn(`limit: ${asSentence(oneLine(event.reason))} ${what}`));
      }
      case "wait_tick":
        waits.set(
          event.group,
          `${isNamed(event.group) ? `${oneLine(event.group)} is ` : ""}waiting for the limit to reset, ${clock(event.remainingMs)} to go`,
        );
        return tell();
      case "wait_finished":
        waits.delete(event.group);
        return tell(
          isNamed(event.group)
            ? `The limit of ${oneLine(event.group)} has reset.`
            : "The limit has reset.",
        );
      case "workers_missing": {
        const named = event.groups.filter(isNamed);
        return tell(
          style.warn(
            named.length === 0
              ? `No worker runs the units. Start one, on any machine: ${workerCommand}`
              : `No worker runs units of ${named.map(oneLine).join(", ")}. Start one: ${workerCommand} --groups ${named.map(oneLine).join(",")}`,
          ),
        );
      }
      case "store_lost":
        return tell(
          style.warn(
            `${oneLine(event.message)} This run goes on by itself: it asks again every second.`,
          ),
        );
      case "store_found":
        return tell("The store is there again.");
      case "budget_reached":
        return tell(style.warn(`The token budget of ${count(event.tokenBudget)} is used up.`));
      case "stopping":
        return tell(
          event.running === 0
            ? undefined
            : `Stopping; ${countOf(event.running, { one: "unit still runs", many: "units still run" })}. ${describeKept(event.cause, ended - failed)}`.trimEnd(),
        );
      default:
        return event satisfies never;
    }
  };

  return {
    onWarning: (message) => tell(style.warn(`warning: ${oneLine(message)}`)),
    onNote: (message) => tell(style.dim(oneLine(message))),
    onWorkersNeeded: (store, groups) => {
      workerCommand = `ktx worker --store ${oneLine(store)}`;
      const first = groups[0] === undefined ? "" : ` --groups ${oneLine(groups[0])}`;
      workersNeeded = `Workers run the units. Start one, on any machine: ${workerCommand}${first}`;
    },
    onEvent: (event) => {
      switch (event.type) {
        case "planned":
          if (workersNeeded !== undefined) tell(workersNeeded);
          return tell(style.dim(describeIngestPlan(event.plan)));
        case "stage":
          units = 0;
          running.clear();
          if (event.units === 0) return;
          return tell(`${stages[event.stage]}: ${event.units}`);
        case "step":
          running.set(
            event.unit,
            `${event.unit} ${event.stepIndex} of ≤ ${event.stepBudget} steps`,
          );
          return tell();
        case "worker_aside":
          return tell(style.warn(describeAside(event)));
        case "batch":
          return onBatch(event);
        default:
          return event satisfies never;
      }
    },
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/** A second Ctrl-C leaves no time for a report. */
function describeKept(cause: string, finished: number): string {
  const kept = countOf(finished, { one: "finished unit is", many: "finished units are" });
  const parts = [
    ...(finished > 0 ? [`${kept} kept.`] : []),
    ...(cause === "interrupt" ? ["Ctrl-C again ends at once, and keeps as much."] : []),
  ];
  return parts.join(" ");
}

function describeAside({
  worker,
  groups,
  refusal,
}: Extract<IngestEvent, { type: "worker_aside" }>): string {
  if (refusal !== undefined)
    return `The worker ${oneLine(worker)} refuses the units: ${oneLine(refusal)}`;
  const names = (groups ?? []).map(oneLine).join(", ");
  return `The worker ${oneLine(worker)} runs units of ${names} alone, and this ingest has none. Correct --groups here or there.`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1:04:09`. */
function clock(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  return `${Math.floor(seconds / 3_600)}:${two((seconds % 3_600) / 60)}:${two(seconds % 60)}`;
}
