import { expect, test } from "vitest";
import { createStyle } from "../../src/render/style.ts";
import { printJson, printText } from "../../src/terminal/print.ts";
import { captureIo } from "../capture-io.ts";

const hostile =
  "a\u001b]52;c;cm0gLXJm\u0007b\u001b[2Jc\u009b31md\u0007e\u202Ef\u200Bg\u{E0041}h\u001bPq\u001b\\g\u001b[8mh";

test("in a terminal only the emphasis of ktx is left of control sequences", () => {
  const io = captureIo({ isTTY: true });
  const style = createStyle(io.stdout, io.env);
  printText(io.stdout, `${style.bold("ok")} ${style.bad(hostile)}\n`);
  const [, rest = ""] = io.written.stdout.split(style.bold("ok"));
  // oxlint-disable-next-line no-control-regex
  expect(rest.replaceAll(/\u001b\[(?:31|39)m/g, "")).not.toMatch(
    /[\0-\x09\x0B-\x1F\x7F-\x9F\u202E]/,
  );
  expect(rest).toContain("e");
});

test("a log gets a text as it is", () => {
  const io = captureIo();
  printText(io.stdout, "x ".repeat(100));
  expect(io.written.stdout).toBe("x ".repeat(100));
});

test("JSON is the same value, and holds no character that acts on a terminal", () => {
  const io = captureIo({ isTTY: true });
  printJson(io.stdout, { text: hostile });
  expect(JSON.parse(io.written.stdout)).toEqual({ text: hostile });
  expect(io.written.stdout.trimEnd()).toMatch(/^[\x20-\x7E]*$/);
});
