import { partialText, rawEvent, reply, startCodexSim } from "@ktx/codex-sim";
import { expect, test } from "vitest";
import { bin, openSandbox } from "../spawn-ktx.ts";
import { findBrokenWords } from "./check-lines.ts";
import { showCapture } from "./normalise.ts";
import { openScreen, type Screen, type ScreenLine } from "./screen.ts";

const words = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `word${from + index}`).join(" ");

const delta = (text: string) =>
  rawEvent({
    type: "response.output_text.delta",
    item_id: "msg_1_0",
    output_index: 0,
    content_index: 0,
    delta: text,
  });

const url = "https://wiki.example/finance/refunds/net-revenue-by-month";

const parts = [
  `# Counting\n\n${words(0, 50)}\n\n- ${words(50, 70)}\n  - see ${url.slice(0, 30)}`,
  `${url.slice(30)} for it\n\n| name | what it says | net |\n|--|--|--:|\n| first | ${words(70, 80)} | 1 |\n| second | wor`,
  `d80 ${words(81, 90)} | 2 |\n\n${words(90, 150)}`,
];

const done = rawEvent({
  type: "response.output_item.done",
  output_index: 0,
  item: {
    type: "message",
    id: "msg_1_0",
    role: "assistant",
    status: "completed",
    content: [{ type: "output_text", text: parts.join(""), annotations: [] }],
  },
});

/** The whole screen after a run whose answer comes with such pauses between its parts. */
async function show(
  columns: number,
  betweenItemsMs: number,
  during: (screen: Screen) => Promise<void>,
): Promise<readonly ScreenLine[]> {
  const [first = "", ...others] = parts;
  const script = () => reply([partialText(first), ...others.map(delta), done], { betweenItemsMs });
  await using sandbox = await openSandbox("ktx-captures-");
  await using sim = await startCodexSim({ script });
  const args = [bin, "run", "Count.", "--endpoint", sim.baseUrl, "--model", "some-model"];
  const screen = openScreen({ columns, cwd: sandbox.project, env: sandbox.env, args });
  await during(screen);
  expect(await screen.exitCode).toBe(0);
  return screen.lines();
}

/** The seconds that the line about the present shows. */
function secondsOf({ lines }: Screen): number {
  const last = lines().at(-1)?.join("") ?? "";
  return Number(/ · (\d+) s/.exec(last)?.[1] ?? 0);
}

test("an answer is all there, in order, once and with each word whole when the width changes while it is written", async () => {
  const changed = await show(100, 1_000, async (screen) => {
    const { seen, resize, lines } = screen;
    await seen("word69");
    await resize(70);
    // The new layout, before the next part comes.
    await seen(/word58\n  word59/);
    expect(findBrokenWords(lines(), 70)).toEqual([]);
    // A terminal that gets wider right after a drawing may show it too late: the program then draws it twice.
    await seen(new RegExp(` · ${secondsOf(screen) + 2} s`));
    await resize(120);
    await seen("word149");
  });
  expect(findBrokenWords(changed, 120)).toEqual([]);
  const whole = await show(120, 0, async () => {});
  for (const lines of [changed, whole])
    await expect(showCapture(lines)).toMatchFileSnapshot("goldens/width-change/120.txt");
});
