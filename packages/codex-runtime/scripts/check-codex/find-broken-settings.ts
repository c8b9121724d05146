import { boundedSettings, type IsolationSetting, strictSettings } from "@ktx/codex-home";
import { models } from "../../test/codex-under-test.ts";
import { watchRun } from "./watch-run.ts";

/** The inputs that the newer Codex lets through although every setting is given, and the settings that keep it out of the older one. */
export interface BrokenSetting {
  readonly model: string;
  readonly seen: string;
  /** Empty for what is new in the newer Codex: no setting of ours is about it. */
  readonly settings: readonly string[];
}

export interface FindBrokenInput {
  /** A Codex on which every setting works. */
  readonly older: string;
  readonly newer: string;
  /** @default all of them */
  readonly settings?: readonly IsolationSetting[];
  /** @default each of the tests */
  readonly models?: readonly string[];
}

/** Settings without a visible effect in one short run are not seen here: the isolation suite watches those. */
export async function findBrokenSettings(
  input: FindBrokenInput,
): Promise<readonly BrokenSetting[]> {
  const found = [];
  for (const model of input.models ?? models) found.push(...(await findFor(model, input)));
  return found;
}

async function findFor(
  model: string,
  { older, newer, settings = [...boundedSettings, ...strictSettings] }: FindBrokenInput,
): Promise<readonly BrokenSetting[]> {
  const known = await watchRun({ codexPath: older, model, settings });
  const now = await watchRun({ codexPath: newer, model, settings });
  const unknown = [...now].filter((seen) => !known.has(seen));
  const keptOutBy = new Map(unknown.map((seen) => [seen, new Array<string>()]));
  if (unknown.length > 0)
    for (const left of settings) {
      const others = settings.filter((setting) => setting !== left);
      for (const seen of await watchRun({ codexPath: older, model, settings: others }))
        keptOutBy.get(seen)?.push(left.key);
    }
  return [...keptOutBy].map(([seen, keys]) => ({ model, seen, settings: keys }));
}
