import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { parseChatLine } from "../src/chat/chat-command.ts";
import { KeyFilter } from "../src/chat/key-filter.ts";
import { readEditedLine, showAsLine } from "../src/chat/line-break-mark.ts";

/** The part of these chunks that reaches the editor. */
async function filtered(...chunks: readonly (string | Buffer)[]): Promise<string> {
  const filter = new KeyFilter();
  for (const chunk of chunks) filter.write(chunk);
  filter.end();
  return text(filter);
}

const [begin, end] = ["\u001b[200~", "\u001b[201~"];

test("line breaks of a paste are marks, wherever the terminal cuts its output", async () => {
  const keys = `a${begin}one\r\ntwo\u2028three\rfour\n${end}b\r`;
  expect(await filtered(keys)).toBe("aone⏎two⏎three⏎fourb\r");
  for (let at = 1; at < keys.length; at += 1)
    expect(await filtered(keys.slice(0, at), keys.slice(at))).toBe("aone⏎two⏎three⏎fourb\r");
});

test("a character that is cut in two arrives whole", async () => {
  const bytes = Buffer.from("é…");
  expect(await filtered(bytes.subarray(0, 1), bytes.subarray(1, 4), bytes.subarray(4))).toBe("é…");
});

test("control characters of a paste do not act as keys", async () => {
  expect(await filtered(`${begin}a\u0003\u0004\u001b[A\tb${end}`)).toBe("a[A    b");
});

test("Alt-Enter breaks the line, and other keys are passed on", async () => {
  expect(await filtered("one\u001b\rtwo", "\u001b[A", "\u001b")).toBe("one⏎two\u001b[A\u001b");
});

test("held keys wait, and Ctrl-C drops them and is reported", async () => {
  const filter = new KeyFilter();
  let interrupts = 0;
  filter.hold(() => (interrupts += 1));
  filter.write("typed ahead");
  filter.write("\u0003");
  filter.write("later");
  expect(interrupts).toBe(1);
  filter.release();
  filter.end();
  expect(await text(filter)).toBe("later");
});

test("an edited line stands for its prompt", () => {
  expect(readEditedLine(showAsLine("one\r\ntwo\nthree"))).toBe("one\ntwo\nthree");
});

test.each([
  ["  ", { type: "empty" }],
  [" Hello. ", { type: "prompt", prompt: "Hello." }],
  ["//etc/hosts?", { type: "prompt", prompt: "/etc/hosts?" }],
  ["/exit", { type: "exit" }],
  ["/quit", { type: "exit" }],
  ["/help", { type: "help" }],
  ["/tools", { type: "tools" }],
  ["/model", { type: "model" }],
  ["/model  gpt-5.4 ", { type: "model", model: "gpt-5.4" }],
  ["/etc/hosts?", { type: "unknown", command: "/etc/hosts?" }],
])("the line %j is read as a prompt or a command", (line, read) => {
  expect(parseChatLine(line)).toEqual(read);
});
