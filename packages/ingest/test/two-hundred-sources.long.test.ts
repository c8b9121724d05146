import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { CodexKtxLlmRuntime } from "@ktx/codex-runtime";
import { refuse, startCodexSim } from "@ktx/codex-sim";
import { openWiki } from "@ktx/wiki";
import { expect, inject, test } from "vitest";
import type { IngestEvent } from "../src/index.ts";
import { makeKnownFacts } from "./known-facts.ts";
import { playSim } from "./play-sim.ts";
import { makeProject } from "./project.ts";

const [count, contradictory] = inject("longForm") === "full" ? [200, 10] : [20, 2];

/** The claims of all pages, without their citations. */
function claimLines(wiki: Readonly<Record<string, string>>): readonly string[] {
  const lines = Object.values(wiki).flatMap((text) => text.split("\n"));
  return lines
    .filter((line) => /^- .*\[\^/.test(line))
    .map((line) => line.replace(/\[\^.*$/, "[^"));
}

test.each(["exec", "app-server"] as const)(
  `${count} sources with known facts, where one unit in ten fails first, on the real Codex over %s`,
  async (transport) => {
    const { sources, facts, contradictions } = makeKnownFacts(count, contradictory);
    expect(contradictions).toHaveLength(contradictory);
    const failedOnce = new Set<string>();
    await using sim = await startCodexSim({
      script: (request) => {
        const [, unit = ""] = /the file "(sources\/\d\d\d)/.exec(request.userText) ?? [];
        if (!unit.endsWith("7") || failedOnce.has(unit)) return playSim(request);
        failedOnce.add(unit);
        return refuse(400, { error: { type: "server_error", message: "It is broken just now." } });
      },
    });
    await using runtime = new CodexKtxLlmRuntime({
      projectDir: process.cwd(),
      modelSlots: { default: "codex" },
      endpoint: { baseUrl: sim.baseUrl },
      timeoutMs: 60_000,
      transport,
    });
    await using project = await makeProject({});
    // Five pages that a person has edited since an earlier ingest.
    const early = Object.entries(sources).filter((_, index) => [0, 1, 2, 3, 6].includes(index));
    await project.write(
      Object.fromEntries(early.map(([name, text]) => [name, text.split("\n")[0] ?? ""])),
    );
    const options = { concurrency: 8, retry: { attempts: 3, firstDelayMs: 10 } };
    await project.ingest(runtime, options);
    const edited = Object.entries(await project.wiki()).map(
      ([name, text]) => [`wiki/${name}`, text.replace("has 10 of", "has exactly 10 of")] as const,
    );
    expect(edited).toHaveLength(5);
    await project.write(Object.fromEntries(edited));
    await project.write(sources);

    const steps: IngestEvent[] = [];
    const report = await project.ingest(runtime, {
      ...options,
      onEvent: (event) => void (event.type === "step" && steps.push(event)),
    });
    expect(report).toMatchObject({
      outcome: "applied",
      ended: "finished",
      units: { done: count, failed: 0, open: 0 },
      contradictions: contradictory,
      heldSets: 0,
    });
    expect(failedOnce.size).toBe(count / 10);
    expect(steps.every((one) => one.type === "step" && one.stepIndex <= one.stepBudget)).toBe(true);

    // The hand edits are untouched, and have proposals.
    expect(report.pages.proposed.toSorted()).toEqual(
      edited.map(([name]) => name.replace("wiki/", "")).toSorted(),
    );
    for (const [name, text] of edited) expect(await project.read(name)).toBe(text);
    expect(await readdir(join(project.path, ".ktx/ingest/proposals"))).toHaveLength(5);

    // Every other fact stands once, with all files that say it.
    const wiki = await project.wiki();
    const lines = Object.values(wiki).flatMap((text) => text.split("\n"));
    const editedSubjects = edited.map(([name]) => name.replace(/^wiki\/|\.md$/g, ""));
    const expected = [...facts].filter(
      ([fact]) => !editedSubjects.some((subject) => fact.includes(`${subject} has`)),
    );
    const standing = expected.map(([fact]) => [
      fact,
      lines
        .filter((line) => line.startsWith(`- ${fact}[^`))
        .map((line) => line.match(/\[\^s\d+\]/g)?.length),
    ]);
    expect(standing).toEqual(expected.map(([fact, files]) => [fact, [files.length]]));
    await using checked = await openWiki({ projectDir: project.path });
    const check = await checked.check();
    expect(check.findings).toEqual([]);
    const flagged = Object.values(wiki).filter((text) => text.includes("## Contradictions"));
    const flags = flagged.flatMap(
      (text) => text.match(/^- .* \(\[\^s\d+\] against \[\^s\d+\]\)$/gm) ?? [],
    );
    expect(flags).toHaveLength(contradictory);
    for (const sides of contradictions)
      expect(flagged.some((text) => sides.every((side) => text.includes(`- ${side}[^`)))).toBe(
        true,
      );

    // A second ingest asks nobody.
    const asked = sim.requests.length;
    const again = await project.ingest(runtime, options);
    expect(again).toMatchObject({ outcome: "unchanged", units: { unchanged: count } });
    expect(sim.requests).toHaveLength(asked);

    // One changed source runs one unit.
    const changed = "sources/010.md";
    await project.write({ [changed]: `${sources[changed] ?? ""}\n- A gizmo has 5 of colour.\n` });
    expect((await project.ingest(runtime, options)).units.done).toBe(1);
    const units = new Set(sim.requests.slice(asked).map(({ userText }) => userText));
    expect([...units].filter((one) => one.includes("Your part"))).toHaveLength(1);
    expect((await project.wiki())["gizmo.md"]).toContain("A gizmo has 5 of colour.");

    // One deleted source retires exactly its claims, with no call.
    const before = sim.requests.length;
    const linesBefore = claimLines(await project.wiki());
    const deleted = "sources/016.md";
    await rm(join(project.path, deleted));
    const retired = await project.ingest(runtime, options);
    expect(sim.requests).toHaveLength(before);
    const own = [...facts].filter(([, files]) => files.join() === deleted);
    expect(own).not.toEqual([]);
    expect(retired).toMatchObject({ retiredClaims: own.length, units: { unchanged: count - 1 } });
    // They are gone, and every other line of the wiki stands but for its marks.
    const gone = (text: string): boolean => own.some(([fact]) => text.startsWith(`- ${fact}[^`));
    const linesNow = claimLines(await project.wiki());
    expect(linesNow.some(gone)).toBe(false);
    expect(linesNow).toEqual(linesBefore.filter((line) => !gone(line)));
  },
  600_000,
);
