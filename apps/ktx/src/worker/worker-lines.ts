import type { WorkEvent } from "@ktx/batch";
import { countOf } from "@ktx/config";
import type { CliIo } from "../cli-io.ts";
import { isNamed } from "../ingest/is-named.ts";
import { oneLine, plain } from "../render/layout.ts";
import { createStyle } from "../render/style.ts";
import { textFor } from "../terminal/print.ts";

/** Shows the work of a worker on stderr, a line for each unit that ends. */
export interface WorkerLines {
  readonly onStart: () => void;
  readonly onWarning: (message: string) => void;
  readonly onEvent: (event: WorkEvent, unit?: string) => void;
  /** @param own the groups of this worker. @param open those of the open ingests. */
  readonly onUnusedGroups: (own: readonly string[], open: readonly string[]) => void;
}

/** @param store names the store for people. */
export function createWorkerLines({ stderr, env }: Pick<CliIo, "stderr" | "env">): WorkerLines {
  const style = createStyle(stderr, env);
  const tell = (line: string): void => void stderr.write(textFor(stderr, `${line}\n`));
  const timeOf = (atMs: number): string => new Date(atMs).toLocaleTimeString("en-GB");
  const describe = (event: WorkEvent, unit: string): string | undefined => {
    switch (event.type) {
      case "unit_done":
        return `done     ${unit}  ${style.dim(`${count(event.tokens)} tokens, ${seconds(event.ranMs)}`)}`;
      case "unit_failed": {
        const later = event.retryAfterMs === undefined ? "" : "; it is tried again";
        return style.bad(`failed   ${unit}: ${plain(event.failure.message)}${later}`);
      }
      case "unit_held":
        return style.warn(`held     ${unit}: ${plain(event.reason)}`);
      case "unit_released":
        return event.cause === "store"
          ? style.warn(`given back  ${unit}: the store did not give all of it`)
          : `given back  ${unit}`;
      case "unit_lost":
        return style.warn(
          event.cause === "taken"
            ? `lost     ${unit}: another worker has it`
            : `lost     ${unit}: the store could not be reached; the unit is free after its lease`,
        );
      case "wait_started":
        return style.warn(
          `limit: ${plain(event.reason)} The units of ${plain(event.group)} wait until ${timeOf(event.untilMs)}.`,
        );
      case "wait_finished":
        return `The limit of ${plain(event.group)} has reset.`;
      case "budget_reached":
        return style.warn(`The token budget of ${count(event.tokenBudget)} is used up.`);
      case "stopping":
        return event.running > 0
          ? `Stopping; ${countOf(event.running, { one: "unit still runs", many: "units still run" })}.`
          : undefined;
      case "batch_refused":
        return style.warn(`refused: ${plain(event.reason)}`);
      case "store_lost":
        return style.warn(
          `${plain(event.message)} This worker goes on by itself: it asks again every second.`,
        );
      case "store_found":
        return "The store is there again.";
      case "workers_missing":
      case "batch_planned":
      case "unit_started":
      case "wait_tick":
        return undefined;
      default:
        return event satisfies never;
    }
  };
  return {
    onStart: () => tell("Waiting for units. Ctrl-C ends this worker and gives back what it runs."),
    onUnusedGroups: (own, open) => {
      const names = open.filter(isNamed).map(oneLine);
      tell(
        style.warn(
          names.length === 0
            ? `No ingest has units of ${own.map(oneLine).join(", ")}: the open ones name no sign-ins. Start this worker without --groups, or the ingest with them.`
            : `No ingest has units of ${own.map(oneLine).join(", ")}: the open ones name ${names.join(", ")}. Correct --groups here or there.`,
        ),
      );
    },
    onWarning: (message) => tell(style.warn(`warning: ${plain(message)}`)),
    onEvent: (event, unit = "a unit") => {
      const line = describe(event, plain(unit));
      if (line !== undefined) tell(`${style.dim(timeOf(event.atMs))}  ${line}`);
    },
  };
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
