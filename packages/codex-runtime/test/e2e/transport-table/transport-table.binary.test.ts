import { join } from "node:path";
import { expect, test } from "vitest";
import { renderTable } from "../../render-table.ts";
import { transports } from "../scene.ts";
import { transportFacts } from "./transport-facts.ts";

const document = join(import.meta.dirname, "../../../../../docs/transports.md");

const introduction = `# What differs between the transports

<!-- Written by the test \`packages/codex-runtime/test/e2e/transport-table\`; renew it with \`vitest run -u\` on that folder. -->

\`transport: "exec"\` runs \`codex exec\` for each turn; \`transport: "app-server"\` runs one warm \`codex app-server\` for all threads of the program with the same sign-in and settings. \`auto\`, the default, is the app-server, or exec where the Codex has no app-server that can be used. Every end-to-end suite runs on both; each cell here was measured with the real Codex binary (0.163.0, Linux x64) against a stand-in service on loopback, in strict isolation. Codex gets through standard input all that is in none of its arguments, variables and files. Everything that is not in the table is the same, as far as we have found; [faults.md](faults.md) has the failures.
`;

test("docs/transports.md says what a run shows, and nothing else", async () => {
  const rows: string[][] = [];
  for (const { title, measure } of transportFacts)
    rows.push([title, ...(await Promise.all(transports.map(measure)))]);
  const table = renderTable([["", ...transports.map((name) => `\`${name}\``)], ...rows]);
  await expect(`${introduction}\n${table}\n`).toMatchFileSnapshot(document);
  // A guard: it starts dozens of runs, one after the other.
}, 600_000);
