/** Code of the user that is running. */
export interface UserCode {
  readonly kind: "module" | "tool";
  /** The name of a tool, or of a module as errors give it: `tools module /home/me/tools.ts`. */
  readonly name: string;
}

/**
 * Observes the running code of the user and its time limit: such code can block the event loop, and with it the code
 * of ktx that would end it.
 */
export interface UserCodeWatch {
  /** Sets the limit, in milliseconds from now. The last one counts. */
  readonly limit: (ms: number) => void;
  readonly begin: (code: UserCode) => void;
  readonly end: (code: UserCode) => void;
}

/** The default time limit of a run, and of loading a module. */
export const defaultLimitMs = 900_000;

/** Names the running code as errors do. */
export function describeUserCode(codes: readonly UserCode[]): string {
  const tools = [...new Set(codes.filter(({ kind }) => kind === "tool").map(({ name }) => name))];
  if (tools.length > 1) return `one of the tools ${tools.join(", ")}`;
  const [tool] = tools;
  if (tool !== undefined) return `the tool ${tool}`;
  const module = codes.find(({ kind }) => kind === "module");
  return module === undefined ? "code of the tools or schema module" : `the ${module.name}`;
}
