import { expect, test } from "vitest";
import { describeMissingCodex } from "../../src/sign-in/describe-missing-codex.ts";

test("a Codex that does not start is named with its path", () => {
  const codex = { state: "not-executable", path: "/opt/codex", reason: "it is a folder" } as const;
  expect(describeMissingCodex(codex)).toMatchObject({
    what: "Codex cannot be started.",
    why: "/opt/codex: it is a folder",
    next: expect.stringContaining("KTX_CODEX_PATH"),
  });
});

test("a Codex that is not found is named with the places that were searched", () => {
  const searched = ["There is no /a.", "There is no /b."];
  expect(describeMissingCodex({ state: "not-found", searched })).toMatchObject({
    why: "There is no /a. There is no /b.",
    next: expect.stringContaining("Reinstall ktx"),
  });
});

test("a folder that cannot be made is no reason to reinstall anything", () => {
  const reason = "the folder /ro cannot be made (EROFS: read-only file system)";
  const codex = { state: "not-executable", path: "/opt/codex", reason, folder: "/ro" } as const;
  expect(describeMissingCodex(codex)).toMatchObject({
    why: reason,
    next: "Make a folder above it writable, or set XDG_CACHE_HOME to another folder.",
  });
});
