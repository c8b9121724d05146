/**
 * Builds the documentation as a static site: the pages of the repository, and a reference of every export, made from
 * the source by TypeDoc. A dead link fails the build. The site is in `docs/site/dist`.
 */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readRepositoryAddress } from "../../scripts/read-repository-address.ts";
import { writeReference } from "./reference.ts";
import { listPages, placeOf, toSitePage } from "./site-pages.ts";

const root = join(import.meta.dirname, "../..");
const source = join(import.meta.dirname, ".pages");
const address = readRepositoryAddress(root);
const repository = "page" in address ? address.page : undefined;
if (repository === undefined)
  console.log("The repository has no address: the site links to none of its files.");

rmSync(source, { recursive: true, force: true });
const pages = new Set(listPages(root));
for (const page of pages) {
  const file = join(source, placeOf(page));
  mkdirSync(dirname(file), { recursive: true });
  const text = readFileSync(join(root, page), "utf8");
  writeFileSync(file, toSitePage(text, page, { root, pages, repository }));
}
for (const file of globSync("docs/**/*.{svg,png}", { cwd: root, exclude: ["docs/site"] }))
  cpSync(join(root, file), join(source, file));
const reference = await writeReference(root, join(source, "reference"));
cpSync(join(import.meta.dirname, "vitepress.config.ts"), join(source, ".vitepress/config.ts"));
cpSync(join(import.meta.dirname, "navigation.ts"), join(source, ".vitepress/navigation.ts"));

const { build } = await import("vitepress");
await build(source, { outDir: join(import.meta.dirname, "dist") });
console.log(`${pages.size} pages, a reference of ${reference} entries: docs/site/dist`);
