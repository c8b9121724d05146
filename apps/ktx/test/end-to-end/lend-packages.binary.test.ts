import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openSandbox, runKtx, type KtxResult } from "../spawn-ktx.ts";

async function explain(files: Readonly<Record<string, string>>, tools: string): Promise<KtxResult> {
  await using sandbox = await openSandbox();
  for (const [name, text] of Object.entries(files)) {
    const file = join(sandbox.project, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  return await runKtx(sandbox, ["run", "Hi", "--model", "gpt-5.5", "--explain", "--tools", tools]);
}

const greet = `defineTool({
  name: "greet",
  description: "Greets someone.",
  inputSchema: z.object({ name: z.string() }),
  execute: ({ name }) => name,
})`;
const imports = `import { defineTool } from "@ktx/mcp-bridge";\nimport { z } from "zod";\n`;

test.each([
  ["an ES module", { "tools.ts": `${imports}export const tools = [${greet}];` }, "tools.ts"],
  [
    "a CommonJS module",
    {
      "tools.cjs": `const { defineTool } = require("@ktx/mcp-bridge");\nconst { z } = require("zod");\nexports.tools = [${greet}];`,
    },
    "tools.cjs",
  ],
  [
    "a module that it imports, by a path of the package",
    {
      "tools.ts": `import { greet } from "./sub/greet.ts";\nexport const tools = [greet];`,
      "sub/greet.ts": `${imports.replace('"zod"', '"zod/v4"')}export const greet = ${greet};`,
    },
    "tools.ts",
  ],
  [
    "a module that imports late",
    {
      "tools.mjs": `const { defineTool } = await import("@ktx/mcp-bridge");\nconst { z } = await import("zod");\nexport const tools = [${greet}];`,
    },
    "tools.mjs",
  ],
])("a folder without packages gets those of ktx: %s", async (_, files, tools) => {
  const { exitCode, stdout, stderr } = await explain(files, tools);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  expect(stdout + stderr).toMatch(/^ {2}tools +greet$/m);
});

test("an installed package wins", async () => {
  const { exitCode, stderr } = await explain(
    {
      "tools.mjs": `import "zod";`,
      "node_modules/zod/package.json": '{ "name": "zod", "exports": "./index.cjs" }',
      "node_modules/zod/index.cjs": 'throw new Error("This is the zod of the project.");',
    },
    "tools.mjs",
  );
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("This is the zod of the project."),
  });
});

test("ktx lends nothing else: its own dependencies stay its own", async () => {
  const { exitCode, stderr } = await explain({ "tools.mjs": `import "commander";` }, "tools.mjs");
  expect({ exitCode, stderr }).toEqual({
    exitCode: 2,
    stderr: expect.stringContaining("Cannot find package 'commander'"),
  });
});
