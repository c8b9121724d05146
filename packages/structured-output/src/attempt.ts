/** The result of a function, or another value if it throws. */
export function attempt<Result, Other>(give: () => Result, other: Other): Result | Other {
  try {
    return give();
  } catch {
    return other;
  }
}
