import type { SimItem } from "./sim-item.ts";
import type { SimReply } from "./sim-reply.ts";
import type { SimRequest } from "./sim-request.ts";

/**
 * The reply with each call in the namespace in which the request offers its tool, where the script names none. A tool
 * that is offered outside any namespace, in several, or nowhere, is called without one.
 */
export function placeToolCalls(reply: SimReply, { tools }: Pick<SimRequest, "tools">): SimReply {
  if (reply.type !== "stream") return reply;
  return { ...reply, items: reply.items.map((item) => placeItem(item, tools)) };
}

function placeItem(item: SimItem, tools: readonly string[]): SimItem {
  if (item.type !== "tool-call" || item.namespace !== undefined || tools.includes(item.name))
    return item;
  const suffix = `.${item.name}`;
  const [offered, ...others] = tools.filter((tool) => tool.endsWith(suffix));
  if (offered === undefined || others.length > 0) return item;
  return { ...item, namespace: offered.slice(0, -suffix.length) };
}
