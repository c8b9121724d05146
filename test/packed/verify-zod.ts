/**
 * Packs the packages, unpacks them into empty projects, and there type-checks and runs the program of a user
 * beside each supported zod, under each supported TypeScript.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkTypes, createProject, packAll, run } from "./project.ts";

/** The user's zod, and where it is not the same, that of the packages: two copies meet in one program. */
const pairs: readonly { readonly zod: string; readonly own?: string }[] = [
  { zod: "zod-4.1" },
  { zod: "zod-4.5" },
  { zod: "zod-4.6" },
  { zod: "zod-4.1", own: "zod-4.6" },
  { zod: "zod-4.6", own: "zod-4.1" },
];

const work = mkdtempSync(join(tmpdir(), "ktx-packed-"));
try {
  const tarballs = packAll(work);
  for (const { zod, own } of pairs) {
    const name = own === undefined ? zod : `${zod}, with packages on ${own}`;
    const project = join(work, name);
    createProject(project, tarballs, zod, own);
    copyFileSync(join(import.meta.dirname, "consumer.ts"), join(project, "consumer.ts"));
    for (const typescript of ["typescript-5.9", "typescript-7"]) {
      const startedAt = performance.now();
      checkTypes(project, typescript);
      const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
      console.log(`${name}, ${typescript}: the types are right (${seconds} s)`);
    }
    run(process.execPath, ["consumer.ts"], project);
    console.log(`${name}: runs`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
