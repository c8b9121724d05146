/**
 * Runs the example that the first argument names, its `main.ts` or the program of the second argument:
 * `pnpm example minimal-text`. Without a name, it lists them.
 */
import { existsSync, globSync } from "node:fs";
import { dirname } from "node:path";

const names = globSync("*/main.ts", { cwd: import.meta.dirname })
  .map(dirname)
  .toSorted();
const [name, program = "main"] = process.argv.slice(2);
if (name === undefined) {
  console.log(names.join("\n"));
} else if (names.includes(name) && existsSync(`${import.meta.dirname}/${name}/${program}.ts`)) {
  await import(`./${name}/${program}.ts`);
} else {
  console.error(
    `There is no example "${name}" with a program "${program}". There are: ${names.join(", ")}.`,
  );
  process.exitCode = 2;
}
