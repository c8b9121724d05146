import { isMapping, type Mapping } from "./mapping.ts";
import type { IsolationMode, LlmBackend } from "./config-schema.ts";

/** The keys to set in `ktx.yaml`, in its own shape. `null` removes a key; all other keys stay. */
export interface ConfigChanges {
  readonly llm?: {
    readonly provider?: {
      readonly backend?: LlmBackend;
      readonly codex?: CodexChanges | null;
    };
    readonly models?: { readonly [role: string]: string | null };
    readonly reasoning_effort?: string | null;
  };
}

interface CodexChanges {
  readonly isolation?: IsolationMode | null;
  readonly api_key_env?: string | null;
  readonly endpoint?: { readonly base_url?: string; readonly api_key_env?: string | null } | null;
}

/** One changed leaf: a text to set, or null to remove the key. */
export interface LeafChange {
  readonly path: readonly string[];
  readonly value: string | null;
}

/** The leaves, in the order of the changes. */
export function listLeafChanges(changes: ConfigChanges): readonly LeafChange[] {
  const below = (node: unknown, path: readonly string[]): LeafChange[] => {
    if (typeof node === "string" || node === null) return [{ path, value: node }];
    if (!isMapping(node)) return [];
    return Object.entries(node).flatMap(([key, child]) => below(child, [...path, key]));
  };
  return below(changes, []);
}

/** The plain value after a change, or undefined where a value that is not a mapping is in its place. */
export function changeValue(root: Mapping, { path, value }: LeafChange): Mapping | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return undefined;
  const { [key]: current, ...others } = root;
  if (rest.length === 0) return value === null ? others : { ...others, [key]: value };
  if (value === null && (current === undefined || current === null)) return root;
  const inner: unknown = current ?? {};
  const next = isMapping(inner) ? changeValue(inner, { path: rest, value }) : undefined;
  return next && { ...others, [key]: next };
}

/** Removing the last key of a mapping removes the mapping, since a key without a value has no meaning. */
export function widenRemoval(root: Mapping, change: LeafChange): LeafChange {
  const parentPath = change.path.slice(0, -1);
  if (change.value !== null || parentPath.length === 0) return change;
  const parent = parentPath.reduce<unknown>(
    (node, key) => (isMapping(node) ? node[key] : undefined),
    root,
  );
  const isLast = isMapping(parent) && Object.keys(parent).join() === change.path.at(-1);
  return isLast ? widenRemoval(root, { path: parentPath, value: null }) : change;
}
