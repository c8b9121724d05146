/** Code of the user's that runs at the moment. */
export interface UserCode {
  readonly kind: "module" | "tool";
  /** A tool's name, or a module as errors name it: `tools module /home/me/tools.ts`. */
  readonly name: string;
}

/**
 * Hears what code of the user's runs, and for how long it may: such code can block the event loop, and with it
 * all of ktx that would end it.
 */
export interface UserCodeWatch {
  /** From now on, so many milliseconds. The last limit holds. */
  readonly limit: (ms: number) => void;
  readonly begin: (code: UserCode) => void;
  readonly end: (code: UserCode) => void;
}

/** How long a run, or the loading of a module, may take where nothing else is said. */
export const defaultLimitMs = 900_000;

/** Names what ran as errors do. */
export function describeUserCode(codes: readonly UserCode[]): string {
  const tools = [...new Set(codes.filter(({ kind }) => kind === "tool").map(({ name }) => name))];
  if (tools.length > 1) return `one of the tools ${tools.join(", ")}`;
  const [tool] = tools;
  if (tool !== undefined) return `the tool ${tool}`;
  const module = codes.find(({ kind }) => kind === "module");
  return module === undefined ? "code of the tools or schema module" : `the ${module.name}`;
}
