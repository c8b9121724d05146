import { expect, test } from "vitest";
import { checkServerVersion } from "../src/check-server-version.ts";

test("Postgres 13 is refused with its version, and 14 is taken", () => {
  expect(() => checkServerVersion(130_020, "work at db:5432")).toThrow(
    "The database work at db:5432 runs Postgres 13, and 14 is the oldest that can be used. Update it, or choose another one.",
  );
  expect(() => checkServerVersion(140_000, "work at db:5432")).not.toThrow();
});
