import { distance as editDistance } from "fastest-levenshtein";

/** The candidate that `name` most likely means, or undefined without a near one. Case does not count. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (name.length > 2 * candidate.length) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const tolerated = Math.max(2, Math.ceil(candidate.length / 3));
    if (distance <= tolerated && distance < candidate.length && distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}
