/** Explains the errors of the packages to a user. What explains them is loaded once there is one. */
export async function explained<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    const { explainError } = await import("./explain-error.ts");
    throw explainError(error);
  }
}
