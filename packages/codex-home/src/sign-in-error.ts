/** The reason why a home cannot share the user's sign-in. */
export type SignInProblem =
  /** No sign-in to share: neither `auth.json` nor a key. */
  | "not-signed-in"
  /** The sign-in is in the system's keyring, where only the user's own Codex home finds it. */
  | "credentials-in-keyring"
  /** A sign-in may exist, but this user may not read its folder. */
  | "sign-in-unreadable"
  /** This system or file system refuses the symbolic link to the sign-in. */
  | "link-not-possible";

/** A home was not created, because it cannot share the user's sign-in. The message names the fix. */
export class SignInError extends Error {
  override readonly name: string = "SignInError";
  readonly code: SignInProblem;
  /** The message without the fix. */
  readonly facts: string;

  constructor(
    code: SignInProblem,
    { facts, fix }: { readonly facts: string; readonly fix: string },
    options?: ErrorOptions,
  ) {
    super(`${facts} ${fix}`, options);
    this.code = code;
    this.facts = facts;
  }
}
