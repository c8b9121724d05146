import { inspect } from "node:util";
import {
  array,
  assert,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  string,
} from "fast-check";
import { describe, expect, test } from "vitest";
import { RedactedTail, redactValue, Redactor } from "../src/index.ts";

const key = `made/up+key"4f1c&9e7a=<Zz>`;
const redactor = new Redactor([key]);
const unicode = (text: string): string =>
  Array.from(text, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const everyByte = (text: string): string =>
  Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");

describe("a secret is taken out of a text", () => {
  test.each<readonly [string, string]>([
    ["as it is", key],
    ["as JSON", JSON.stringify(key)],
    ["as JSON within JSON", JSON.stringify(JSON.stringify({ key }))],
    ["as JSON within JSON within JSON", JSON.stringify(JSON.stringify(JSON.stringify({ key })))],
    ["in Unicode escapes", unicode(key)],
    [
      "in Unicode escapes within JSON",
      JSON.stringify(unicode(key).toUpperCase().replaceAll("U", "u")),
    ],
    ["with a slash escaped", key.replaceAll("/", String.raw`\/`).replaceAll('"', String.raw`\"`)],
    ["in Rust's escapes", Array.from(key, (c) => `\\u{${c.charCodeAt(0).toString(16)}}`).join("")],
    [
      "in bytes of JavaScript",
      Array.from(key, (c) => `\\x${c.charCodeAt(0).toString(16)}`).join(""),
    ],
    ["in a URL", encodeURIComponent(key)],
    ["in a URL, each byte", everyByte(key)],
    ["in a URL within a URL", encodeURIComponent(encodeURIComponent(key))],
    ["in a form", new URLSearchParams({ key }).toString().replace("key=", "")],
    [
      "in HTML",
      key
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;"),
    ],
    ["in HTML, each character", Array.from(key, (c) => `&#${c.charCodeAt(0)};`).join("")],
    ["in base64", Buffer.from(key).toString("base64")],
    ["in base64 for URLs", Buffer.from(key).toString("base64url")],
    ["as the password of a Basic header", Buffer.from(`u:${key}`).toString("base64")],
    ["as the user of a Basic header", Buffer.from(`${key}:`).toString("base64")],
    ["within more base64", Buffer.from(`{"k":"${key}"}`).toString("base64")],
    ["in hexadecimal", Buffer.from(key).toString("hex")],
    ["without its last character", key.slice(0, -1)],
    ["without its first character", key.slice(1)],
    ["as Node quotes it", inspect({ key })],
  ])("%s", (_, written) => {
    const text = redactor.redact(`before ${written} after`);
    expect(text).toMatch(/^before .*\[redacted\].* after$/);
    for (const part of [key.slice(0, 12), key.slice(-12), written.slice(16, 28)])
      expect(text).not.toContain(part);
  });

  test("that has letters of several bytes, as bytes of a URL", () => {
    const secret = "schlüssel-ñandú-4711";
    expect(new Redactor([secret]).redact(`?k=${encodeURIComponent(secret)}&a=b`)).toBe(
      "?k=[redacted]&a=b",
    );
  });

  test("and nothing of what stands around it", () => {
    expect(redactor.redact(`{"a":"é","k":${JSON.stringify(key)},"b":"\\u00e9"}`)).toBe(
      String.raw`{"a":"é","k":"[redacted]","b":"\u00e9"}`,
    );
  });

  test("that nobody named: a password in a URL, a bearer token, a web token", () => {
    expect(new Redactor([]).redact("https://me:hunter2@host/v1 and http://host:8080/a@b")).toBe(
      "https://me:[redacted]@host/v1 and http://host:8080/a@b",
    );
  });
});

test("ordinary texts stay as they are", () => {
  for (const text of [
    "",
    "100 % & more \\",
    String.raw`C:\users\x41 100%25 &amp; &#x41;`,
    "made up",
    "\uD83D",
  ])
    expect(redactor.redact(text)).toBe(text);
});

test("a value of few characters is no secret", () => {
  expect(new Redactor(["ollama"]).redact("ask ollama")).toBe("ask ollama");
});

test("a text that is cut shows no beginning of a secret at its end, however it is written", () => {
  for (const written of [key, JSON.stringify(key).slice(1, -1), unicode(key), everyByte(key)])
    for (let length = 1; length < written.length; length += 1) {
      const text = redactor.redactCut(`so: ${written.slice(0, length)}`);
      expect(text.replace("[redacted]", "")).toMatch(/^so: .{0,24}$/);
      for (const at of [4, 8, 12]) expect(text).not.toContain(key.slice(0, at));
    }
});

test("the head of a long text has no half of a secret, wherever it is cut", () => {
  const long = new Redactor([`${"k".repeat(10)}${"0123456789".repeat(300)}`]);
  const text = `${"x".repeat(50)}${"k".repeat(10)}${"0123456789".repeat(300)} end`.repeat(5);
  for (const limit of [40, 55, 61, 70, 200, 500])
    expect(long.head(text, limit)).toBe(long.redact(text).slice(0, limit));
});

test("the tail of a stream shows nothing of a secret, wherever its chunks end and it is cut", () => {
  const arbitrary = record({
    parts: array(
      oneof(
        constantFrom(
          key,
          unicode(key),
          JSON.stringify(key),
          Buffer.from(`a:${key}`).toString("base64"),
        ),
        string({ unit: constantFrom("a", "é", " ", "\n", "😀", "\\"), maxLength: 40 }),
        constant("long line ".repeat(900)),
      ),
      { maxLength: 12 },
    ),
    cuts: array(integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 20 }),
    limit: integer({ min: 1, max: 300 }),
  });
  assert(
    property(arbitrary, ({ parts, cuts, limit }) => {
      const bytes = Buffer.from(parts.join(""));
      const tail = new RedactedTail(limit, redactor);
      let at = 0;
      for (let turn = 0; at < bytes.length; turn += 1) {
        const next = at + (cuts[turn % cuts.length] ?? 1);
        tail.push(bytes.subarray(at, next));
        at = next;
        const { text } = tail;
        expect(text.length).toBeLessThanOrEqual(limit);
        expect(text).not.toContain(key.slice(0, 5));
        expect(text).not.toContain(key.slice(-8));
        expect(text).not.toContain(Buffer.from(key).toString("base64").slice(4, 20));
      }
      expect(tail.text).toBe(redactor.redactCut(parts.join("")).slice(-limit));
    }),
    { numRuns: 200, seed: 4711 },
  );
});

describe("a value on its way out", () => {
  test("is the very same where it holds no secret", () => {
    const value = { a: [1, "b"], error: new Error("c") };
    expect(redactValue(value, redactor.redact)).toBe(value);
  });

  test("loses a secret at any depth: texts, names, maps, sets, bytes, addresses", () => {
    const cycle: Record<string, unknown> = { [`x-${key}`]: 1, deep: [[[{ a: key }]]] };
    cycle["self"] = cycle;
    const value = {
      cycle,
      map: new Map([[key, key]]),
      set: new Set([key]),
      bytes: Buffer.from(key),
      url: new URL(`http://h/${encodeURIComponent(key)}`),
      [Symbol("s")]: key,
    };
    const clean = redactValue(value, redactor.redact);
    expect(show(clean)).not.toContain(key);
    expect(show(clean)).not.toContain(Buffer.from(key).toString("hex").match(/../g)?.join(" "));
    expect(Object.keys(clean.cycle)).toEqual(["x-[redacted]", "deep", "self"]);
    expect(clean.cycle["self"]).toBe(clean.cycle);
    expect(show(value)).toContain(key.slice(0, 8));
  });

  test("stays the error that it was: its class, code, stack and causes", () => {
    class OwnError extends TypeError {
      readonly code = "ERR_OWN";
      readonly sent = { authorization: key };
    }
    const inner = new AggregateError([new Error(key)], "several");
    const error = new OwnError(`bad ${key}`, { cause: inner });
    const clean = redactValue(error, redactor.redact);
    expect(clean).toBeInstanceOf(OwnError);
    expect(clean).toMatchObject({
      code: "ERR_OWN",
      message: "bad [redacted]",
      cause: { message: "several" },
    });
    expect(clean.cause).toBeInstanceOf(AggregateError);
    expect(clean.stack).toMatch(/bad \[redacted\]\n +at /);
    expect(show(clean)).not.toContain(key.slice(0, 8));
  });

  test("stays readable where it was an abort of the platform's", () => {
    const clean = redactValue(new DOMException(`no ${key}`, "AbortError"), redactor.redact);
    expect(clean).toMatchObject({ name: "AbortError", message: "no [redacted]" });
    expect(show(clean)).not.toContain(key.slice(0, 8));
  });
});

function show(value: unknown): string {
  return inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    maxArrayLength: null,
    maxStringLength: null,
  });
}

test("a tail keeps a secret out after the redactor has forgotten it", () => {
  const token = "token-of-one-thread-4f1c9e7a";
  const shared = new Redactor([key]);
  const tail = new RedactedTail(1_000, shared);
  shared.add(token);
  tail.push(Buffer.from(`refused ${token}, then ${key.slice(0, 8)}`));
  shared.remove(token);
  tail.push(Buffer.from(`${key.slice(8)}, end`));
  expect(tail.text).toBe("refused [redacted], then [redacted], end");
});
