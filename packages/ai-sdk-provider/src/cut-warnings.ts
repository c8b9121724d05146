import type { SharedV4Warning } from "@ai-sdk/provider";

/** UTF-8 bytes of text of a result that the model sees. */
const limits = {
  /** The bridge keeps the beginning and adds a notice. */
  result: { bytes: 40_000, shown: "the first 40,000 and a notice" },
  /** Codex cuts the middle out (measured on 0.163.0). */
  history: { bytes: 48_000, shown: "about 48,000, without the middle" },
} as const;

/** The warning of a result that the model does not see as a whole. Pure. */
export function cutWarnings(
  toolName: string,
  text: string | undefined,
  place: keyof typeof limits,
): readonly SharedV4Warning[] {
  const bytes = Buffer.byteLength(text ?? "");
  const { bytes: most, shown } = limits[place];
  if (bytes <= most) return [];
  const has = `The result of ${toolName} has ${bytes.toLocaleString("en")} bytes of text`;
  const advice = "Return less (`toModelOutput` of the tool), or take arguments that select a part.";
  return [{ type: "other", message: `${has}; the model sees ${shown}. ${advice}` }];
}
