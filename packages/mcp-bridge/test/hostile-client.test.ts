import { expect, test } from "vitest";
import { startBridge } from "./builders.ts";
import { type RawRequest, send } from "./raw-client.ts";

const refused: readonly [name: string, request: RawRequest, status: number][] = [
  ["no token", { headers: { Authorization: undefined } }, 401],
  ["a wrong token", { headers: { Authorization: "Bearer wrong" } }, 401],
  ["a foreign host", { headers: { Host: "evil.example" } }, 403],
  ["a foreign origin", { headers: { Origin: "https://evil.example" } }, 403],
  ["another path", { target: "/" }, 404],
  ["a PUT", { method: "PUT" }, 405],
  ["a body over 4 MiB", { body: "x".repeat(4 * 1024 * 1024 + 1) }, 413],
];

test.each(refused)("%s is refused with an empty body", async (_name, request, status) => {
  await using bridge = await startBridge();

  expect(await send(bridge, request)).toEqual({ status, body: "" });
});
