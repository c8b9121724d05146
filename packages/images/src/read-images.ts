import { readFile, stat } from "node:fs/promises";
import { inspect } from "node:util";
import { ImageError } from "./image-error.ts";
import { checkCount, checkSize, defaultImageLimits, type ImageLimits } from "./image-limits.ts";
import { findImageType, type ImageMediaType } from "./image-type.ts";

/** An image for a model: a file, or bytes in memory. */
export type ImageSource = { readonly path: string | URL } | { readonly bytes: Uint8Array };

export interface LoadedImage {
  /** By its content. */
  readonly mediaType: ImageMediaType;
  readonly bytes: Uint8Array;
}

/**
 * Reads images in their order and checks each: a whole PNG, JPEG, GIF or WebP by its content, with any file
 * name, and all of them within the limits.
 *
 * @throws {ImageError} for the first image that a model cannot see; the signal's reason.
 */
export async function readImages(
  sources: readonly ImageSource[],
  options: Partial<ImageLimits> & { readonly signal?: AbortSignal } = {},
): Promise<readonly LoadedImage[]> {
  const limits = { ...defaultImageLimits, ...options };
  checkCount(sources.length, limits);
  const images: LoadedImage[] = [];
  let size = 0;
  for (const [index, source] of sources.entries()) {
    options.signal?.throwIfAborted();
    const place = describePlace(source, index);
    const check = (bytes: number): void => checkSize(size + bytes, place, limits);
    const bytes = await load(source, place, check, options.signal);
    check(bytes.byteLength);
    size += bytes.byteLength;
    images.push({ mediaType: findImageType(bytes, place), bytes });
  }
  return images;
}

async function load(
  source: ImageSource,
  place: string,
  checkBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if ("bytes" in source && source.bytes instanceof Uint8Array) return source.bytes;
  if (!("path" in source) || !isPath(source.path))
    throw new ImageError(
      "image-unreadable",
      `Expected ${place} to be { path: string | URL } or { bytes: Uint8Array }, got ${inspect(source, { depth: 0 })}.`,
    );
  try {
    // A read from a pipe or a device may never end.
    const found = await stat(source.path);
    if (!found.isFile()) throw new Error("it is not a file");
    checkBytes(found.size);
    return await readFile(source.path, { ...(signal && { signal }) });
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ImageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ImageError("image-unreadable", `Cannot read ${place}: ${reason}. Check its path.`, {
      cause: error,
    });
  }
}

function isPath(value: unknown): value is string | URL {
  return (typeof value === "string" && value !== "") || value instanceof URL;
}

function describePlace(source: ImageSource, index: number): string {
  const path = "path" in source && isPath(source.path) ? ` (${String(source.path)})` : "";
  return `image ${index + 1}${path}`;
}
