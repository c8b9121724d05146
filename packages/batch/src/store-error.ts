/**
 * `full`: no room on the disk. `busy`: others keep the store, or it cannot be reached for now. `read-only`: it takes no
 * writes, as a replica does. `newer`: written by a newer version. `foreign`: the file is something else. `broken`: damaged
 * or unreadable.
 */
export type StoreErrorKind = "full" | "busy" | "read-only" | "newer" | "foreign" | "broken";

/** A store that cannot do its work. What it had recorded before is kept. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
