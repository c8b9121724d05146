import * as fc from "fast-check";
import { expect, test } from "vitest";
import { AnswerText, type TextPart } from "../../src/run/answer-text.ts";

function answerText() {
  const parts: TextPart[] = [];
  const answer = new AnswerText((part) => parts.push(part));
  const text = (): string =>
    parts.reduce((before, part) => (part.type === "reset" ? "" : before + part.delta), "");
  return { parts, answer, text };
}

test("deltas of one message are its text, and its completion adds what they left out", () => {
  const { parts, answer } = answerText();
  answer.takeDelta("a", "Hel");
  answer.takeDelta("a", "lo");
  answer.takeMessage("a", "Hello.");
  expect(parts.map((part) => (part.type === "reset" ? part : part.delta))).toEqual([
    "Hel",
    "lo",
    ".",
  ]);
});

test("a message without deltas is one piece", () => {
  const { parts, answer } = answerText();
  answer.takeMessage("a", "Hello.");
  answer.takeMessage(undefined, "Again.");
  expect(parts).toEqual([
    { type: "text-delta", delta: "Hello." },
    { type: "reset", reason: "next-message" },
    { type: "text-delta", delta: "Again." },
  ]);
});

test.each<[string, (answer: AnswerText) => void]>([
  ["another message", (answer) => answer.takeDelta("b", "Yes.")],
  ["another attempt", (answer) => (answer.restart(), answer.takeDelta("a", "Yes."))],
  ["a completion that says otherwise", (answer) => answer.takeMessage("a", "Yes.")],
])("%s takes back what came before it, as abandoned", (_, next) => {
  const { text, parts, answer } = answerText();
  answer.takeDelta("a", "No, ");
  next(answer);
  expect(text()).toBe("Yes.");
  expect(parts.filter(({ type }) => type === "reset")).toEqual([
    { type: "reset", reason: "abandoned" },
  ]);
});

test("a message after a complete one follows it; another attempt abandons also a complete one", () => {
  const { parts, answer } = answerText();
  answer.takeDelta("a", "Let me see.");
  answer.takeMessage("a", "Let me see.");
  answer.takeDelta("b", "It is 3.");
  answer.takeMessage("b", "It is 3.");
  answer.restart();
  answer.takeDelta("c", "It is 4.");
  expect(parts.flatMap((part) => (part.type === "reset" ? part.reason : []))).toEqual([
    "next-message",
    "abandoned",
  ]);
});

test("nothing that was not sent is taken back", () => {
  const { parts, answer } = answerText();
  answer.restart();
  answer.takeDelta("a", "");
  answer.takeMessage("b", "");
  answer.restart();
  expect(parts).toEqual([]);
});

test("whatever comes, what follows the last reset is the last message", () => {
  const id = fc.constantFrom("a", "b", undefined);
  const step = fc.oneof(
    fc.record({ kind: fc.constant("delta"), id: fc.constantFrom("a", "b"), text: fc.string() }),
    fc.record({ kind: fc.constant("message"), id, text: fc.string() }),
    fc.record({ kind: fc.constant("restart"), id, text: fc.constant("") }),
  );
  fc.assert(
    fc.property(fc.array(step), fc.string(), (steps, last) => {
      const { text, answer } = answerText();
      for (const { kind, id: itemId, text: said } of steps) {
        if (kind === "restart") answer.restart();
        else if (kind === "message") answer.takeMessage(itemId, said);
        else answer.takeDelta(itemId ?? "a", said);
      }
      answer.takeMessage("last", last);
      expect(text()).toBe(last);
    }),
  );
});
