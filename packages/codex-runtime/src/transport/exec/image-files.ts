import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LoadedImage } from "@ktx/images";
import { RuntimeInputError } from "../../values/runtime-input-error.ts";

/**
 * Images as files for `--image` of `codex exec`, removed at the end of the turn. Codex shows the model their paths
 * (0.163.0), so these say nothing about the user.
 *
 * @throws {RuntimeInputError} where Codex could not read them; the system's error.
 */
export async function writeImageFiles(
  images: readonly LoadedImage[],
): Promise<{ readonly paths: readonly string[] } & AsyncDisposable> {
  if (tmpdir().includes(","))
    throw new RuntimeInputError(
      "image-unreadable",
      `\`codex exec\` splits the paths of images at commas, and the folder for temporary files is ${tmpdir()}. Set TMPDIR to a folder without a comma, or \`transport\` to "app-server".`,
    );
  const folder = await mkdtemp(join(tmpdir(), "ktx-images-"));
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
