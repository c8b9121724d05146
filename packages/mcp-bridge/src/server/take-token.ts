/** A token bucket of requests; it fills by `perSecond` a second, and holds as many at most. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes one token, if there is one at `nowMs`. Pure; `undefined` is a full bucket. */
export function takeToken(
  bucket: TokenBucket | undefined,
  perSecond: number,
  nowMs: number,
): { readonly taken: boolean; readonly bucket: TokenBucket } {
  const { tokens, atMs } = bucket ?? { tokens: perSecond, atMs: nowMs };
  const filled = Math.min(perSecond, tokens + ((nowMs - atMs) / 1000) * perSecond);
  const taken = filled >= 1;
  return { taken, bucket: { tokens: taken ? filled - 1 : filled, atMs: nowMs } };
}
