/** One group of a batch that others run. */
export interface GroupLook {
  readonly group: string;
  /** Its units that nobody runs, over all batches. */
  readonly waiting: number;
  readonly isPaused: boolean;
  /** When a worker last ran one of its units, in monotonic milliseconds; undefined where none has. */
  readonly servedAtMs: number | undefined;
}

export interface Move {
  readonly from: string;
  readonly to: string;
  /** True where a single unit goes, too: the group cannot run it now. */
  readonly isAll: boolean;
}

/** Milliseconds after which a group with waiting units and without a running one has no worker. */
const silentMs = 60_000;

/**
 * The group that gives half of its waiting units, and the one that takes them: one that workers serve, that is not paused,
 * and that has no unit left. Pure.
 */
export function decideMove(looks: readonly GroupLook[], nowMs: number): Move | undefined {
  const taker = looks.find(
    ({ waiting, isPaused, servedAtMs }) => waiting === 0 && !isPaused && servedAtMs !== undefined,
  );
  const [giver] = looks
    .filter((look) => look.waiting > (isIdle(look, nowMs) ? 0 : 1))
    .toSorted((a, b) => b.waiting - a.waiting);
  if (taker === undefined || giver === undefined) return undefined;
  return { from: giver.group, to: taker.group, isAll: isIdle(giver, nowMs) };
}

/** The groups whose units have waited for a worker, and for nothing else. Pure. */
export function findUnserved(
  looks: readonly GroupLook[],
  nowMs: number,
  startMs: number,
): readonly string[] {
  return looks
    .filter(({ waiting, isPaused }) => waiting > 0 && !isPaused)
    .filter(({ servedAtMs = startMs }) => nowMs - servedAtMs >= silentMs)
    .map(({ group }) => group);
}

function isIdle({ isPaused, servedAtMs }: GroupLook, nowMs: number): boolean {
  return isPaused || servedAtMs === undefined || nowMs - servedAtMs >= silentMs;
}
