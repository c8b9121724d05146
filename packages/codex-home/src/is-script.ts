import { open } from "node:fs/promises";

/** True for a file that names the program that runs it (`#!`). */
export async function isScript(path: string): Promise<boolean> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString("latin1", 0, bytesRead) === "#!";
  } catch {
    return false;
  }
}
