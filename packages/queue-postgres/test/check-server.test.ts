import { expect, test } from "vitest";
import { checkEncoding, checkServerVersion } from "../src/check-server.ts";

test("Postgres 13 is refused with its version, and 14 is taken", () => {
  expect(() => checkServerVersion(130_020, "work at db:5432")).toThrow(
    "The database work at db:5432 runs Postgres 13, and 14 is the oldest that can be used. Update it, or choose another one.",
  );
  expect(() => checkServerVersion(140_000, "work at db:5432")).not.toThrow();
});

test("a database whose text lacks some characters is refused, one of UTF-8 or of bytes is taken", () => {
  expect(() => checkEncoding("LATIN1", "work at db:5432")).toThrow(
    "The database work at db:5432 keeps its text as LATIN1, which has no sign for some characters",
  );
  for (const encoding of ["UTF8", "SQL_ASCII"])
    expect(() => checkEncoding(encoding, "work at db:5432")).not.toThrow();
});
