import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedImage } from "./read-images.ts";

/** Images as files `1.png`, `2.jpeg`, …, in their order. Disposing it removes them. */
export interface ImageFiles extends AsyncDisposable {
  readonly paths: readonly string[];
}

/**
 * Writes images to a new folder for temporary files that this user alone can read, for a program that takes paths.
 *
 * @param prefix The beginning of the folder's name; six characters follow.
 * @throws the system's error; then nothing is left.
 */
export async function writeImageFiles(
  images: readonly LoadedImage[],
  prefix: string,
): Promise<ImageFiles> {
  const folder = await mkdtemp(join(tmpdir(), prefix));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const paths: string[] = [];
    for (const [index, { mediaType, bytes }] of images.entries()) {
      const path = join(folder, `${index + 1}.${mediaType.replace("image/", "")}`);
      await writeFile(path, bytes, { mode: 0o600 });
      paths.push(path);
    }
    return { paths, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
