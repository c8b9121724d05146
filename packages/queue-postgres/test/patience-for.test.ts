import { expect, test } from "vitest";
import { patienceFor } from "../src/patience-for.ts";

function connectError(code: string): Error {
  return Object.assign(new Error(`connect ${code} 10.0.0.1:5432`), { code, syscall: "connect" });
}

/** As Node has it for a host with several addresses: with the code of the first one. */
function severalAddresses(...codes: readonly string[]): Error {
  return Object.assign(new AggregateError(codes.map(connectError)), { code: codes[0] });
}

const halfAMinute = 30_000;

test("a server that refuses the first connection has its answer within seconds, one that is silent or starts is waited for", () => {
  const refusals = ["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH"].map(connectError);
  for (const refusal of [...refusals, severalAddresses("ECONNREFUSED", "EHOSTUNREACH")])
    expect(patienceFor(refusal, false, halfAMinute)).toBe(2_000);
  const unknownHost = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
  expect(patienceFor(unknownHost, false, halfAMinute)).toBe(0);
  for (const error of [
    connectError("ETIMEDOUT"),
    severalAddresses("ETIMEDOUT", "ECONNREFUSED"),
    new Error("timeout exceeded when trying to connect"),
    new Error("Connection terminated unexpectedly"),
    Object.assign(new Error("the database system is starting up"), { code: "57P03" }),
    Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" }),
  ])
    expect([error.message, patienceFor(error, false, halfAMinute)]).toEqual([
      error.message,
      halfAMinute,
    ]);
});

test("once the database was reached, each outage is waited for", () => {
  for (const error of [connectError("ECONNREFUSED"), connectError("EHOSTUNREACH")])
    expect(patienceFor(error, true, halfAMinute)).toBe(halfAMinute);
});

test("a shorter patience holds for a refusal too, and an error that repeats itself is not tried again", () => {
  expect(patienceFor(connectError("ECONNREFUSED"), false, 200)).toBe(200);
  const wrongPassword = Object.assign(new Error("password"), { code: "28P01" });
  for (const wasReached of [true, false])
    expect(patienceFor(wrongPassword, wasReached, halfAMinute)).toBe(0);
});
