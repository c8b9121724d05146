import type { OpenJson } from "../open-json.ts";
import type { WireValue } from "./wire.ts";

/** True for the beginning of JSON that may become a value of a scalar's wire. */
export function mayBecomeScalar(open: OpenJson, { type, values }: WireValue): boolean {
  if (open.kind !== "text" && open.kind !== "scalar") return false;
  const { text } = open;
  if (open.kind === "text")
    return type === "string" && (values?.some((value) => String(value).startsWith(text)) ?? true);
  if (/^[-\d]/.test(text)) return type === "number" || type === "integer";
  const words = values?.map(String) ?? (type === "boolean" ? ["true", "false"] : ["null"]);
  return ["boolean", "null"].includes(type) && words.some((word) => word.startsWith(text));
}
