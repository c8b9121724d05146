import { expect, test } from "vitest";
import { shortenValues } from "../../src/help/shorten-values.ts";

test("a long value is its beginning and its length, as an argument and behind an equals sign", () => {
  const value = "x".repeat(3_000);
  const shown = `${"x".repeat(60)}… (3000 characters)`;
  expect(shortenValues(`error: unknown command '${value}'`, [value])).toBe(
    `error: unknown command '${shown}'`,
  );
  expect(shortenValues(`argument '${value}' is invalid`, [`--endpoint=${value}`])).toBe(
    `argument '${shown}' is invalid`,
  );
  // A replacement pattern is a text like any other.
  expect(shortenValues(`got ${"$&".repeat(200)}.`, ["$&".repeat(200)])).toBe(
    `got ${"$&".repeat(30)}… (400 characters).`,
  );
});

test("a value of usual length stays, without what would act on a terminal or is a secret", () => {
  const args = ["--role", "\u001B[31ma\u0007b\u202Ec"];
  expect(shortenValues(`got ${args[1]}.`, args)).toBe("got abc.");
  expect(shortenValues("argument 'http://me:hunter22@a.example' is invalid", [])).toBe(
    "argument 'http://me:[redacted]@a.example' is invalid",
  );
  const path = `/a/${"b".repeat(180)}`;
  expect(shortenValues(`no file at ${path}`, [path])).toBe(`no file at ${path}`);
});
