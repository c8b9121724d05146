/** Negative, zero or positive, by the three numbers; undefined for a text that is not a version. A suffix does not count. */
export function compareVersions(one: string, other: string): number | undefined {
  const left = numbersOf(one);
  const right = numbersOf(other);
  if (left === undefined || right === undefined) return undefined;
  return (
    left
      .map((number, index) => number - (right[index] ?? 0))
      .find((difference) => difference !== 0) ?? 0
  );
}

function numbersOf(version: string): readonly number[] | undefined {
  return /^(\d+)\.(\d+)\.(\d+)(?![\d.])/.exec(version)?.slice(1).map(Number);
}
