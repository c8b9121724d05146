import { expect, test } from "vitest";
import { splitCommand } from "../../src/agent/split-command.ts";

test.each([
  ["npx -y server ./docs", ["npx", "-y", "server", "./docs"]],
  ["  a   b\t c ", ["a", "b", "c"]],
  [`run 'one two' "three four"`, ["run", "one two", "three four"]],
  [`a"b c"d`, ["ab cd"]],
  [`"say \\"hi\\"" 'it\\s'`, ['say "hi"', "it\\s"]],
  ["a\\ b c", ["a b", "c"]],
  [`'' ""`, ["", ""]],
  ["$HOME *.md; rm", ["$HOME", "*.md;", "rm"]],
  ["", []],
])("%j is the words %j", (line, words) => {
  expect(splitCommand(line)).toEqual(words);
});

test.each([`it's`, `"open`])("%s has an open quote", (line) => {
  expect(splitCommand(line)).toBeUndefined();
});
