/** The user's answer to the question whether a tool may run. */
export type Approval =
  | { readonly type: "once" }
  /** For every call of the tool in this run. */
  | { readonly type: "always" }
  | { readonly type: "no"; readonly reason?: string };

/** Everything but a clear yes is a no; a text of the user's own is its reason. Pure. */
export function parseApproval(entered: string): Approval {
  const text = entered.trim();
  switch (text.toLowerCase()) {
    case "y":
    case "yes":
      return { type: "once" };
    case "a":
    case "always":
      return { type: "always" };
    case "":
    case "n":
    case "no":
      return { type: "no" };
    default:
      return { type: "no", reason: text };
  }
}
