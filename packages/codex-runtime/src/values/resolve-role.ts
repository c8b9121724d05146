import { distance as editDistance } from "fastest-levenshtein";
import type { ModelSlots } from "./resolve-model.ts";
import type { RuntimeWarning } from "./runtime-warning.ts";

/** The model of a role's own slot; undefined without one. Only own keys count. */
export function slotOf(role: string, modelSlots: ModelSlots): string | undefined {
  return Object.hasOwn(modelSlots, role) ? modelSlots[role] : undefined;
}

/**
 * The warning about a role without a slot whose name resembles that of one. A role that resembles none runs on the
 * default model without a warning. Pure.
 */
export function describeMistypedRole(
  role: string,
  modelSlots: ModelSlots,
): RuntimeWarning | undefined {
  if (Object.hasOwn(modelSlots, role)) return undefined;
  const slots = Object.keys(modelSlots);
  const meant = slots.find((slot) => resembles(role, slot));
  if (meant === undefined) return undefined;
  const message =
    `No model slot is named "${role}", so its calls run on the default model. ` +
    `Did you mean "${meant}"? The slots are: ${slots.join(", ")}. ` +
    `To use a role of this name, add it to \`modelSlots\`; undefined means the default model.`;
  return { kind: "mistyped-role", message, role, meant, slots };
}

const longestName = 60;

/** Up to a third of the letters, at least one, may differ; case and separators do not count. */
function resembles(role: string, slot: string): boolean {
  if (role.length > longestName || slot.length > longestName) return false;
  const [one, other] = [plain(role), plain(slot)];
  if (Math.min(one.length, other.length) < 3) return one === other;
  return editDistance(one, other) <= Math.max(1, Math.floor(other.length / 3));
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_.-]/g, "");
}
