import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyFacts, parseCodexErrorInfo } from "../../src/index.ts";

describe("codexErrorInfo", () => {
  test.each<[unknown, unknown]>([
    ["usageLimitExceeded", { type: "usageLimitExceeded" }],
    [
      { httpConnectionFailed: { httpStatusCode: 401 } },
      { type: "httpConnectionFailed", httpStatus: 401 },
    ],
    [{ httpConnectionFailed: { httpStatusCode: null } }, { type: "httpConnectionFailed" }],
    [{ activeTurnNotSteerable: { turnKind: "review" } }, { type: "activeTurnNotSteerable" }],
    ["laterInvention", { type: "laterInvention" }],
    [{ laterInvention: "x" }, { type: "laterInvention" }],
    [null, undefined],
    ["", undefined],
    [{}, undefined],
    [7, undefined],
    [["usageLimitExceeded"], undefined],
    [{ one: {}, other: {} }, undefined],
  ])("%j is read as %j", (value, expected) => {
    expect(parseCodexErrorInfo(value)).toEqual(expected);
  });

  test("is read again as what it was read as, whatever it was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const info = parseCodexErrorInfo(value);
        expect(parseCodexErrorInfo(info)).toEqual(info);
      }),
    );
  });
});

describe("a cause that Codex names", () => {
  test.each([
    ["contextWindowExceeded", "context-length"],
    ["usageLimitExceeded", "usage-limit"],
    ["rateLimitExceeded", "rate-limit"],
    ["serverOverloaded", "server"],
    ["flexUnavailable", "server"],
    ["internalServerError", "server"],
    ["cyberPolicy", "content-policy"],
    ["misalignmentPolicyViolation", "content-policy"],
    ["unauthorized", "auth"],
    ["sandboxError", "codex-config"],
    ["sessionBudgetExceeded", "codex-config"],
    ["activeTurnNotSteerable", "invalid-request"],
    ["threadRollbackFailed", "invalid-request"],
  ])("%s is %s, whatever the text says and in whatever language", (type, kind) => {
    const info = { type };
    expect(classifyFacts({ info }).kind).toBe(kind);
    expect(classifyFacts({ info, text: "Das geht gerade nicht." }).kind).toBe(kind);
    expect(classifyFacts({ info, text: "Incorrect API key provided: x." }).kind).toBe(kind);
  });
});

describe("a place that Codex names", () => {
  test.each([
    ["httpConnectionFailed", "network"],
    ["responseStreamConnectionFailed", "network"],
    ["responseStreamDisconnected", "stream-disconnected"],
    ["responseTooManyFailedAttempts", "server"],
    ["badRequest", "invalid-request"],
  ])("%s is %s where nothing else is known", (type, kind) => {
    expect(classifyFacts({ info: { type }, text: "hm" }).kind).toBe(kind);
  });

  test.each([
    [401, "auth"],
    [402, "usage-limit"],
    [404, "invalid-request"],
    [429, "rate-limit"],
    [503, "server"],
  ])("counts for less than its status %i, which is %s", (httpStatus, kind) => {
    const info = { type: "httpConnectionFailed", httpStatus };
    expect(classifyFacts({ info, text: "hm" })).toMatchObject({ kind, httpStatus });
  });

  test("counts for less than the service's sentence", () => {
    const info = { type: "httpConnectionFailed", httpStatus: 404 };
    const text = 'model "llama3" not found, try pulling it first';
    expect(classifyFacts({ info, text })).toMatchObject({
      kind: "model-unavailable",
      model: "llama3",
      httpStatus: 404,
    });
  });
});

test.each(["other", "tooManyDenials", "laterInvention"])(
  "%s says nothing, so the text decides",
  (type) => {
    const info = { type };
    expect(classifyFacts({ info, text: "Not logged in" }).kind).toBe("auth");
    expect(classifyFacts({ info, text: "hm" }).kind).toBe("unknown");
  },
);
