import { join } from "node:path";
import { expect, test } from "vitest";
import { hasSmallDisks, runOnSmallDisk } from "../../../test/small-disk.ts";

interface Round {
  readonly pages: number;
  readonly full: Work;
  readonly again: Work;
  readonly files: readonly string[];
}

interface Work {
  readonly old: Written;
  readonly fresh: Written;
  readonly found: number;
  readonly ignored?: string;
}

interface Written {
  readonly outcome: string;
  readonly letter: string;
}

// Elsewhere nobody but root may mount a file system.
test.skipIf(!hasSmallDisks)(
  "a disk that is full at any write keeps each page whole, and with room again all goes through",
  async () => {
    const lines = await runOnSmallDisk(join(import.meta.dirname, "full-disk-program.ts"), {
      kibibytes: 4_096,
      args: [],
    });
    const rounds = lines.map((line): Round => JSON.parse(line));
    expect(rounds.filter(({ full }) => full.old.outcome !== "written").length).toBeGreaterThan(10);
    for (const { pages, full, again, files } of rounds) {
      for (const [page, before, after] of [
        [full.old, "a", "b"],
        [full.fresh, "none", "c"],
      ] as const) {
        const isWritten = page.outcome === "written";
        expect({ pages, letter: page.letter }).toEqual({
          pages,
          letter: isWritten ? after : before,
        });
        expect(page.outcome).toMatch(
          /^(?:written$|page-unwritable: .* No room is left on its disk)/,
        );
      }
      // A search goes on, also without room for its index.
      expect({ pages, found: full.found }).toEqual({
        pages,
        found: full.fresh.outcome === "written" ? 2 : 1,
      });
      const written = { outcome: "written" };
      expect({ pages, again }).toMatchObject({
        pages,
        again: { old: written, fresh: written, found: 2, ignored: "*\n" },
      });
      expect(files.filter((file) => /tmp/.test(file))).toEqual([]);
    }
  },
);
