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
 * The group that gives half of its waiting units, and the one that takes them: one that is not paused and has no unit
 * left. One that no worker has served takes only what would stand still. Pure.
 *
 * @param startMs the start of the batch, in monotonic milliseconds.
 */
export function decideMove(
  looks: readonly GroupLook[],
  nowMs: number,
  startMs: number,
): Move | undefined {
  const free = looks.filter(({ waiting, isPaused }) => waiting === 0 && !isPaused);
  const taker = free.find(({ servedAtMs }) => servedAtMs !== undefined) ?? free[0];
  const [giver] = looks
    .filter((look) => look.waiting > (isStill(look, nowMs, startMs) ? 0 : 1))
    .filter((look) => taker?.servedAtMs !== undefined || isStill(look, nowMs, startMs))
    .toSorted((a, b) => b.waiting - a.waiting);
  if (taker === undefined || giver === undefined) return undefined;
  return { from: giver.group, to: taker.group, isAll: isStill(giver, nowMs, startMs) };
}

/** True for a group whose waiting units nobody runs now. Pure. */
export function isStill(
  { isPaused, servedAtMs }: GroupLook,
  nowMs: number,
  startMs: number,
): boolean {
  return isPaused || nowMs - (servedAtMs ?? startMs) >= silentMs;
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
