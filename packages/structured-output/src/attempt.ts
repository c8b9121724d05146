/** What is given; or where that throws, another value. */
export function attempt<Result, Other>(give: () => Result, other: Other): Result | Other {
  try {
    return give();
  } catch {
    return other;
  }
}
