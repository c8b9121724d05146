import { ImageError, type ImageSource, type LoadedImage, readImages } from "@ktx/images";
import type { Transport } from "../transport/transport.ts";
import { RuntimeInputError } from "../values/runtime-input-error.ts";

/**
 * Reads and checks the images of a prompt.
 *
 * @throws {RuntimeInputError} `no-images` for a transport without them; the code of the `ImageError`; the signal's
 * reason.
 */
export async function loadImages(
  { can }: Pick<Transport, "can">,
  sources: readonly ImageSource[],
  signal: AbortSignal | undefined,
): Promise<readonly LoadedImage[]> {
  if (sources.length > 0 && !can.images)
    throw new RuntimeInputError(
      "no-images",
      "Expected a prompt without images: an injected runner takes only text. Leave out `runner`, or the images.",
    );
  try {
    return await readImages(sources, { ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new RuntimeInputError(error.code, error.message, { cause: error });
  }
}
