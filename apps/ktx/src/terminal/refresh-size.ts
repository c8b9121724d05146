import type { CliOutput } from "../cli-io.ts";

/**
 * Has the output know the size that its terminal has now, and emit `resize` where that is another one. The signal of a
 * change arrives a moment after it: what is drawn for the earlier width meanwhile would go to the wrong rows.
 */
export function refreshSize(output: CliOutput): void {
  // Not in Node's documentation, but the only way to ask for the size without a signal.
  output._refreshSize?.();
}
