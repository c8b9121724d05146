/** Writes the JSON Schema that the package ships, from the zod schema that the program uses. */
import { writeFileSync } from "node:fs";
import { buildConfigSchema } from "../src/editor-schema.ts";

const file = new URL("../schema/ktx.schema.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(buildConfigSchema(), undefined, 2)}\n`);
