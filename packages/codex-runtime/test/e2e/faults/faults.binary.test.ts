import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { onEachTransport } from "../scene.ts";
import { countRemaining } from "./fault.ts";
import { machineFaults } from "./machine-faults.ts";
import { processFaults } from "./process-faults.ts";
import { type FaultGroup, readSentences, renderFaults } from "./render-faults.ts";
import { serviceFaults } from "./service-faults.ts";
import { toolFaults } from "./tool-faults.ts";

const document = join(import.meta.dirname, "..", "..", "..", "..", "..", "docs", "faults.md");

const groups: readonly FaultGroup[] = [
  { name: "The model service", faults: serviceFaults },
  { name: "The tools", faults: toolFaults },
  { name: "The process", faults: processFaults },
  { name: "The machine", faults: machineFaults },
];

const sentences = readSentences(await readFile(document, "utf8").catch(() => ""));

describe.concurrent.each(groups)("$name", ({ name, faults }) => {
  onEachTransport(name, ({ transport }) => {
    for (const fault of faults)
      test.skipIf(fault.skipped)(`${fault.title} (${fault.kind})`, async () => {
        const { ending, neighbour = "none", marker } = await fault.provoke(transport);
        const { kind, sentence, totalMs } = ending;
        const isShared = transport === "app-server";
        expect({ kind, sentence, neighbour, processesLeft: await countRemaining(marker) }).toEqual({
          kind: fault.kind,
          sentence: expect.stringMatching(/\S/),
          neighbour: isShared ? (fault.neighbour ?? "undisturbed") : "none",
          processesLeft: 0,
        });
        // A guard: a machine that does much else takes several times as long.
        expect(totalMs).toBeLessThan(4 * fault.withinSeconds * 1_000);
        sentences[transport].set(fault.title, sentence);
      });
  });
});

test("docs/faults.md says all of this, and nothing else", async () => {
  await expect(renderFaults(groups, sentences)).toMatchFileSnapshot(document);
});
