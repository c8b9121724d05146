import { distance as editDistance } from "fastest-levenshtein";

/**
 * The candidate that `name` most likely means, or undefined without a near one: the only one that begins with it, else
 * the nearest one. Case does not count.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  const [begun, ...others] = candidates.filter((one) => beginsWith(one, name));
  if (begun !== undefined && others.length === 0) return begun;
  let nearest: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    if (name.length > 2 * candidate.length) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    const isNear = distance <= tolerance(candidate) || hasSameLetters(name, candidate);
    if (isNear && distance < Math.min(candidate.length, name.length) && distance < least) {
      nearest = candidate;
      least = distance;
    }
  }
  return nearest;
}

/** Of a short name, two other letters make another one. */
function tolerance({ length }: string): number {
  return length < 5 ? 1 : Math.max(2, Math.ceil(length / 3));
}

function beginsWith(candidate: string, name: string): boolean {
  return name.length >= 2 && candidate.toLowerCase().startsWith(name.toLowerCase());
}

function hasSameLetters(one: string, other: string): boolean {
  return one.length === other.length && sortLetters(one) === sortLetters(other);
}

function sortLetters(text: string): string {
  return Array.from(text.toLowerCase())
    .toSorted((a, b) => (a < b ? -1 : 1))
    .join("");
}
