import { expect, test } from "vitest";
import { redactNamed } from "../src/index.ts";

test("a value of JSON loses the texts whose names are those of secrets, at every depth, and secrets by their form", () => {
  expect(
    redactNamed({
      password: "short",
      page: 2,
      list: [{ client_secret: "x", text: "token=abcdef123456" }],
      primaryKey: "a.b",
      pageToken: "a.b",
      token: 7,
    }),
  ).toEqual({
    password: "[redacted]",
    page: 2,
    list: [{ client_secret: "[redacted]", text: "token=[redacted]" }],
    primaryKey: "a.b",
    pageToken: "a.b",
    token: 7,
  });
});

test("a value that is no JSON keeps its kind, and one that holds itself ends", () => {
  const when = new Date(0);
  const loop: Record<string, unknown> = { when, password: "short" };
  loop["self"] = loop;
  expect(redactNamed(loop)).toEqual({ when, password: "[redacted]", self: "[circular]" });
});
