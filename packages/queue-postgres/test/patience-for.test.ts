import { expect, test } from "vitest";
import { OtherProtocolError } from "../src/other-protocol.ts";
import { Patience } from "../src/patience.ts";
import { patienceFor } from "../src/patience-for.ts";
import { toStoreError } from "../src/to-store-error.ts";

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
    Object.assign(new Error("the database system is starting up"), { code: "57P03" }),
  ])
    expect([error.message, patienceFor(error, false, halfAMinute)]).toEqual([
      error.message,
      halfAMinute,
    ]);
});

const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
const hangUps = [reset, new Error("Connection terminated unexpectedly")];
const otherProtocols = [
  new OtherProtocolError(),
  new Error("There was an error establishing an SSL connection"),
  new Error("received invalid response: 4a"),
  ...tlsFaults("0A00010B:SSL routines:tls_validate_record_header:wrong version number"),
];
const tlsRefusals = tlsFaults(
  "0A000410:SSL routines:ssl3_read_bytes:ssl/tls alert handshake failure",
);

/** As Node has one fault of TLS: of the failed write, or of the handshake. */
function tlsFaults(reason: string): readonly Error[] {
  return [
    Object.assign(new Error(`write EPROTO 40FD:error:${reason}`), { code: "EPROTO" }),
    Object.assign(new Error(`40FD:error:${reason}`), { code: "ERR_SSL_REASON" }),
  ];
}

test("a server that ends the first connection has its answer within seconds, and one of another protocol at once", () => {
  for (const error of hangUps) expect(patienceFor(error, false, halfAMinute)).toBe(5_000);
  for (const error of [...otherProtocols, ...tlsRefusals])
    expect(patienceFor(error, false, halfAMinute)).toBe(0);
});

test("a server that refuses the TLS of the client may be a Postgres, and one that answers without TLS is not", () => {
  for (const error of tlsRefusals)
    expect(toStoreError(error, "team at db:5432", false)).toMatchObject({
      kind: "broken",
      message: expect.stringMatching(/^The database team at db:5432 agrees on no TLS\./),
    });
  for (const error of otherProtocols)
    expect(toStoreError(error, "team at db:5432", false)).toMatchObject({
      message: expect.stringContaining("A server answers there that is no Postgres"),
    });
});

test("the seconds of a refusal begin with the first one, also after a time without an answer, and end with the whole patience", () => {
  const silent = new Error("timeout exceeded when trying to connect");
  const patience = new Patience(halfAMinute, 1_000);
  const ends = [
    [silent, 20_000],
    [reset, 20_500],
    [reset, 25_400],
    [silent, 25_450],
    [connectError("ECONNREFUSED"), 25_500],
    [reset, 26_500],
    [reset, 30_900],
    [reset, 31_000],
  ] as const;
  const over = ends.map(([error, nowMs]) => patience.isOver(error, false, nowMs));
  expect(over).toEqual([false, false, false, false, false, false, false, true]);
  const shorter = new Patience(halfAMinute, 0);
  expect([100, 5_099, 5_100].map((nowMs) => shorter.isOver(reset, false, nowMs))).toEqual([
    false,
    false,
    true,
  ]);
});

test("once the database was reached, each outage is waited for", () => {
  for (const error of [
    connectError("ECONNREFUSED"),
    connectError("EHOSTUNREACH"),
    ...hangUps,
    ...otherProtocols,
    ...tlsRefusals,
  ])
    expect(patienceFor(error, true, halfAMinute)).toBe(halfAMinute);
});

test("a shorter patience holds for a refusal too, and an error that repeats itself is not tried again", () => {
  expect(patienceFor(connectError("ECONNREFUSED"), false, 200)).toBe(200);
  const wrongPassword = Object.assign(new Error("password"), { code: "28P01" });
  for (const wasReached of [true, false])
    expect(patienceFor(wrongPassword, wasReached, halfAMinute)).toBe(0);
});
