import { expect, test } from "vitest";
import { checkClaimText } from "../src/run/claim-text.ts";

const tag = "<img src=x>";
const safe = String.raw`\<img src=x>`;

test.each([
  ["a plain one", `It has ${tag}.`, `It has ${safe}.`],
  ["one behind a backslash", `It has \\${tag}.`, `It has ${safe}.`],
  ["one behind an escaped backslash", `It has \\\\${tag}.`, `It has \\\\${safe}.`],
  ["one behind three backslashes", `It has \\\\\\${tag}.`, `It has \\\\${safe}.`],
  ["one between runs of two lengths", `It has \`${tag}\`\`.`, `It has \`${safe}\`\`.`],
  ["one between runs of other lengths", `It has \`\`\`${tag}\`\`.`, `It has \`\`\`${safe}\`\`.`],
  ["one behind an escaped backtick", `It has \\\` ${tag} \`.`, `It has \\\` ${safe} \`.`],
  ["one behind code", `\`a\` ${tag} \`b\``, `\`a\` ${safe} \`b\``],
  ["one behind a code that ends in a backslash", `\`a\\\` ${tag}`, `\`a\\\` ${safe}`],
  ["one in code", `It has \`${tag}\`.`, `It has \`${tag}\`.`],
  ["one in code of two backticks", `It has \`\`a \` ${tag}\`\`.`, `It has \`\`a \` ${tag}\`\`.`],
  ["a comment", "It <!-- ends", String.raw`It \<!-- ends`],
  ["a comparison", "a < b, and a \\ b", "a < b, and a \\ b"],
])("HTML in a claim is text, and code stays as it is: %s", (_, given, expected) => {
  expect(checkClaimText(given)).toEqual({ text: expected });
  // A checked text is checked once more where a worker has made it.
  expect(checkClaimText(expected)).toEqual({ text: expected });
});

test.each(["[refund]: javascript:alert(1)", "- > [refund]: https://evil.example", "1. [a b]:x"])(
  "a claim that defines a link for other claims is refused: %s",
  (given) => {
    expect(checkClaimText(given)).toMatchObject({ problem: expect.stringContaining("link") });
  },
);
