import { expect, test } from "vitest";
import { findRepositoryAddress, toRepositoryPage } from "../scripts/repository-address.ts";

const page = "https://github.com/acme/ktx";

test.each([
  "https://github.com/acme/ktx",
  "https://github.com/acme/ktx.git",
  "https://github.com/acme/ktx.git/",
  "https://GitHub.com/acme/ktx",
  "https://github.com/acme/ktx/tree/main",
  "https://github.com/acme/ktx/tree/main/packages/wiki?tab=readme#a",
  "https://github.com/acme/ktx/blob/main/README.md",
  "https://me:made-up-key@github.com/acme/ktx.git",
  "https://x-access-token:made-up-key@github.com/acme/ktx?a=1#b",
  "git+https://github.com/acme/ktx.git",
  "git@github.com:acme/ktx.git",
  "github.com:acme/ktx.git",
  "git@github.com:/acme/ktx",
  "ssh://git@github.com/acme/ktx.git",
  "ssh://git@github.com:22/acme/ktx.git",
  "git+ssh://git@github.com/acme/ktx.git",
  "ssh://git@ssh.github.com:443/acme/ktx.git",
  "git://github.com/acme/ktx.git",
  "  https://github.com/acme/ktx\n",
])("%s has the page of the repository, without user, key, port of SSH and ending", (url) => {
  expect(toRepositoryPage(url)).toBe(page);
});

test.each([
  ["https://git.acme.org:8443/ktx.git", "https://git.acme.org:8443/ktx"],
  ["git@gitlab.com:acme/tools/ktx.git", "https://gitlab.com/acme/tools/ktx"],
  ["https://gitlab.com/acme/tools/ktx/-/tree/main", "https://gitlab.com/acme/tools/ktx"],
  ["https://gitlab.com/acme/tree", "https://gitlab.com/acme/tree"],
  ["https://github.com/acme/ktx.js.git", "https://github.com/acme/ktx.js"],
  ["https://github.com/acme/a b", "https://github.com/acme/a%20b"],
  ["ssh://git@git.acme.org/~me/ktx.git", "https://git.acme.org/~me/ktx"],
])("%s is %s", (url, expected) => {
  expect(toRepositoryPage(url)).toBe(expected);
});

test.each([
  "/srv/git/ktx.git",
  "../ktx",
  "ktx",
  "file:///srv/git/ktx.git",
  "C:\\git\\ktx",
  "C:/git/ktx",
  "http://git.acme.org/acme/ktx",
  "https://localhost/acme/ktx",
  "https://127.0.0.1:3000/acme/ktx",
  "https://[::1]/acme/ktx",
  "git@server:acme/ktx.git",
  "https://server.local/acme/ktx",
  "https://github.com",
  "https://github.com/acme/a(b)",
  "ext::sh -c a",
  "",
])("%j is no address that everybody can open", (url) => {
  expect(toRepositoryPage(url)).toBeUndefined();
});

test("the variable precedes the remote, and an empty one counts as none", () => {
  const origin = "git@github.com:acme/ktx.git";
  expect(findRepositoryAddress({ origin })).toEqual({ page });
  expect(findRepositoryAddress({ origin, explicit: " " })).toEqual({ page });
  expect(findRepositoryAddress({ origin, explicit: "https://git.acme.org/ktx" })).toEqual({
    page: "https://git.acme.org/ktx",
  });
});

test("an address of no repository is refused without showing its key, and the refusal says what to do", () => {
  const fix =
    "Set the remote (`git remote set-url origin <address>`), or `KTX_REPOSITORY_URL`, to an address that everybody can open, such as https://github.com/acme/ktx.";
  expect(findRepositoryAddress({})).toEqual({
    problem: `The repository has no address: this clone has no remote \`origin\`. ${fix}`,
  });
  expect(findRepositoryAddress({ origin: "/srv/git/ktx.git" })).toEqual({
    problem: `The remote \`origin\` is no public address of a repository: /srv/git/ktx.git. ${fix}`,
  });
  expect(
    findRepositoryAddress({ explicit: "http://me:made-up-key@localhost/ktx?key=made-up" }),
  ).toEqual({
    problem: `KTX_REPOSITORY_URL is no public address of a repository: http://localhost/ktx. ${fix}`,
  });
});
