import { expect, test } from "vitest";
import { admitVisit, type Visit } from "../src/admit-visit.ts";

const rules = { token: "a-token-of-this-server", port: 8123 };
const visit: Visit = {
  method: "GET",
  target: "/page/a.md?x=1",
  host: "127.0.0.1:8123",
  origin: undefined,
  cookie: "other=1; ktx-wiki-8123=a-token-of-this-server",
};

test("a browser with the token is admitted", () => {
  expect(admitVisit(visit, rules)).toMatchObject({ outcome: "admitted" });
  const local = { ...visit, host: "LOCALHOST:8123", origin: "http://localhost:8123" };
  expect(admitVisit(local, rules)).toMatchObject({ outcome: "admitted" });
});

test("a token in the address becomes a cookie, and leaves the address", () => {
  const first = { ...visit, cookie: undefined, target: `/?token=${rules.token}&tag=a` };
  expect(admitVisit(first, rules)).toEqual({
    outcome: "welcome",
    location: "/?tag=a",
    cookie: `ktx-wiki-8123=${rules.token}; HttpOnly; SameSite=Strict; Path=/`,
  });
});

test.each<[string, Partial<Visit>, number]>([
  ["no cookie", { cookie: undefined }, 401],
  ["a wrong token", { cookie: "ktx-wiki-8123=a-token-of-this-serves" }, 401],
  ["an empty token", { cookie: "ktx-wiki-8123=" }, 401],
  ["the cookie of another port", { cookie: `ktx-wiki-8124=${rules.token}` }, 401],
  ["a wrong token in the address", { cookie: undefined, target: "/?token=x" }, 401],
  [
    "the token in the address of a POST",
    { cookie: undefined, method: "POST", target: `/?token=${rules.token}` },
    401,
  ],
  ["a name that leads to 127.0.0.1", { host: "evil.example:8123" }, 403],
  ["no host", { host: undefined }, 403],
  ["another port as host", { host: "127.0.0.1:80" }, 403],
  ["a page of another site", { origin: "http://evil.example" }, 403],
  ["a sandboxed page", { origin: "null" }, 403],
  ["another port as origin", { origin: "http://127.0.0.1:3000" }, 403],
  ["https as origin", { origin: "https://127.0.0.1:8123" }, 403],
  ["another method", { method: "DELETE" }, 405],
  ["an address of another host", { target: "//evil.example/" }, 400],
  ["a whole address", { target: "http://evil.example/" }, 400],
])("%s is refused", (_, change, status) => {
  expect(admitVisit({ ...visit, ...change }, rules)).toMatchObject({ outcome: "refused", status });
});
