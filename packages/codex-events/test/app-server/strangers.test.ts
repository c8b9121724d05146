import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { beginServerTurn, type ServerTurn } from "../../src/app-server/index.ts";
import { type ServerRecording, serverRecordings } from "./recordings.ts";
import { replayMessages } from "./replay-messages.ts";
import { strangersTo } from "./strangers.ts";

describe("a stranger tells nothing and changes nothing anywhere in", () => {
  test.each(serverRecordings)("$name", (recording) => {
    const turns = turnsOf(recording);
    const misleading = strangersTo(recording.ids).flatMap(([what, stranger]) =>
      turns.flatMap((turn, position) => {
        const told = replayMessages([stranger], turn);
        return isDeepStrictEqual(told, { turn, events: [] }) ? [] : [`${what} at ${position}`];
      }),
    );
    expect(misleading).toEqual([]);
  });
});

/** The turn before and after each message. */
function turnsOf({ ids, messages }: ServerRecording): readonly ServerTurn[] {
  const turns = [beginServerTurn(ids)];
  for (const message of messages)
    turns.push(replayMessages([message], turns.at(-1) ?? beginServerTurn(ids)).turn);
  return turns;
}
