import { expect, test } from "vitest";
import { judgeLicences } from "../scripts/judge-licences.ts";

test.each([
  "MIT",
  "Apache-2.0",
  "(AFL-2.1 OR BSD-3-Clause)",
  "MIT AND ISC",
  "(MIT AND Zlib)",
  "GPLv3 OR MIT",
])("%s may be shipped", (license) => {
  expect(judgeLicences([{ name: "one", license }], true)).toEqual([]);
});

test.each(["GPL-3.0", "AGPL-3.0-only", "MIT AND GPL-3.0", "Unknown", "", "BUSL-1.1", "mit-ish"])(
  '"%s" is reported',
  (license) => {
    expect(judgeLicences([{ name: "one", license }], true)).toEqual([{ name: "one", license }]);
  },
);

test("a licence that keeps its own files open may be that of a tool, and not of what is shipped", () => {
  const packages = [{ name: "one", license: "MPL-2.0" }];
  expect(judgeLicences(packages, false)).toEqual([]);
  expect(judgeLicences(packages, true)).toEqual(packages);
});
