import { expect, test } from "vitest";
import { type Admission, admitRequest, type RequestHead } from "../../src/server/admit-request.ts";

const bearerToken = "4n0bVxXQ2m3p5q7r9s1t3u5v7w9x1y3z5A7B9C1D3E5";
const rules = { path: "/mcp", port: 4321, bearerToken, maxBodyBytes: 1000 };
const good: RequestHead = {
  method: "POST",
  target: "/mcp",
  headers: {
    host: ["127.0.0.1:4321"],
    authorization: [`Bearer ${bearerToken}`],
    "content-type": ["application/json"],
    accept: ["application/json, text/event-stream"],
    "content-length": ["1000"],
  },
};

const admitted: Admission = { admitted: true };
const forbidden: Admission = { admitted: false, reason: "host" };
const unauthorized: Admission = {
  admitted: false,
  reason: "token",
  headers: { "WWW-Authenticate": "Bearer" },
};
const unknownPath: Admission = { admitted: false, reason: "path" };
const wrongMethod: Admission = {
  admitted: false,
  reason: "method",
  headers: { Allow: "POST, DELETE" },
};
const wrongType: Admission = { admitted: false, reason: "type" };
const notAcceptable: Admission = { admitted: false, reason: "accept" };
const tooLarge: Admission = { admitted: false, reason: "size" };

const cases: readonly [name: string, head: RequestHead, admission: Admission][] = [
  ["the client's request", good, admitted],
  ["a DELETE", { ...good, method: "DELETE" }, admitted],
  ["the host localhost", withHeader("host", "localhost:4321"), admitted],
  ["the IPv6 loopback host", withHeader("host", "[::1]:4321"), admitted],
  ["a loopback host without port", withHeader("host", "127.0.0.1"), admitted],
  ["its own origin", withHeader("origin", "http://127.0.0.1:4321"), admitted],
  ["a bearer scheme in lower case", withHeader("authorization", `bearer ${bearerToken}`), admitted],
  [
    "a stated UTF-8 charset",
    withHeader("content-type", "application/json; charset=utf-8"),
    admitted,
  ],
  ["no host", withHeader("host"), forbidden],
  ["two hosts", withHeader("host", "127.0.0.1:4321", "127.0.0.1:4321"), forbidden],
  ["a foreign host", withHeader("host", "evil.example:4321"), forbidden],
  ["a host that begins like loopback", withHeader("host", "127.0.0.1.evil.example"), forbidden],
  ["a host that ends like loopback", withHeader("host", "evil-localhost"), forbidden],
  ["another address of the loopback block", withHeader("host", "127.0.0.2:4321"), forbidden],
  ["a host with user info", withHeader("host", "localhost@evil.example"), forbidden],
  ["the wildcard host", withHeader("host", "0.0.0.0:4321"), forbidden],
  ["a foreign origin", withHeader("origin", "https://evil.example"), forbidden],
  ["the origin of another local server", withHeader("origin", "http://127.0.0.1:3000"), forbidden],
  ["the origin null", withHeader("origin", "null"), forbidden],
  ["two origins", withHeader("origin", "http://127.0.0.1:4321", "http://evil.example"), forbidden],
  ["no token", withHeader("authorization"), unauthorized],
  ["an empty token", withHeader("authorization", "Bearer "), unauthorized],
  ["a wrong token", withHeader("authorization", "Bearer secret"), unauthorized],
  [
    "a token cut by one",
    withHeader("authorization", `Bearer ${bearerToken.slice(1)}`),
    unauthorized,
  ],
  ["a token and one more", withHeader("authorization", `Bearer ${bearerToken}A`), unauthorized],
  [
    "a token in other case",
    withHeader("authorization", `Bearer ${bearerToken.toLowerCase()}`),
    unauthorized,
  ],
  ["another scheme", withHeader("authorization", `Basic ${bearerToken}`), unauthorized],
  ["the bare token", withHeader("authorization", bearerToken), unauthorized],
  ["two tokens", withHeader("authorization", `Bearer ${bearerToken}`, "Bearer x"), unauthorized],
  [
    "two tokens in one",
    withHeader("authorization", `Bearer ${bearerToken}, Bearer x`),
    unauthorized,
  ],
  ["another path", { ...good, target: "/" }, unknownPath],
  ["the path with a slash behind", { ...good, target: "/mcp/" }, unknownPath],
  ["the path with a query", { ...good, target: "/mcp?token=1" }, unknownPath],
  ["an encoded path", { ...good, target: "/%6dcp" }, unknownPath],
  ["a path that climbs", { ...good, target: "/x/../mcp" }, unknownPath],
  ["an absolute target", { ...good, target: "http://127.0.0.1:4321/mcp" }, unknownPath],
  ["a GET", { ...good, method: "GET" }, wrongMethod],
  ["a PUT", { ...good, method: "PUT" }, wrongMethod],
  ["a HEAD", { ...good, method: "HEAD" }, wrongMethod],
  ["an OPTIONS", { ...good, method: "OPTIONS" }, wrongMethod],
  ["a form body", withHeader("content-type", "application/x-www-form-urlencoded"), wrongType],
  ["a text body", withHeader("content-type", "text/plain"), wrongType],
  ["no content type", withHeader("content-type"), wrongType],
  ["another charset", withHeader("content-type", "application/json; charset=utf-16"), wrongType],
  ["a type that begins like JSON", withHeader("content-type", "application/json5"), wrongType],
  ["a compressed body", withHeader("content-encoding", "gzip"), wrongType],
  ["no accept", withHeader("accept"), notAcceptable],
  ["an accept without streams", withHeader("accept", "application/json"), notAcceptable],
  [
    "an accept in two headers",
    withHeader("accept", "application/json", "text/event-stream"),
    admitted,
  ],
  ["a body over the limit", withHeader("content-length", "1001"), tooLarge],
  [
    "a wrong token on a wrong path",
    { ...withHeader("authorization", "Bearer x"), target: "/" },
    unauthorized,
  ],
];

test.each(cases)("%s is decided from the head alone", (_name, head, admission) => {
  expect(admitRequest(head, rules)).toEqual(admission);
});

function withHeader(name: string, ...values: readonly string[]): RequestHead {
  const headers: RequestHead["headers"] = {
    ...good.headers,
    [name]: values.length === 0 ? undefined : values,
  };
  return { ...good, headers };
}
