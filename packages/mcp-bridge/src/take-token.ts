/** A store of requests that may still be made; it fills by `perSecond` a second, up to as many. */
export interface TokenBucket {
  readonly tokens: number;
  readonly atMs: number;
}

/** Takes one token, if there is one at `nowMs`. Pure; `undefined` stands for a bucket that is full. */
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
