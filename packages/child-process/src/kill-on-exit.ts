import type { ChildProcess } from "node:child_process";

const children = new Set<ChildProcess>();

/**
 * Kills a child when this process exits before it: by `process.exit`, at the end of its work, or by an uncaught
 * exception. A signal that ends this process runs no such hook.
 *
 * @returns a function that removes the child from the list.
 */
export function killOnExit(child: ChildProcess): () => void {
  if (children.size === 0) process.on("exit", killChildren);
  children.add(child);
  return () => {
    children.delete(child);
    if (children.size === 0) process.off("exit", killChildren);
  };
}

function killChildren(): void {
  for (const child of children) child.kill("SIGKILL");
}
