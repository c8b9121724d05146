import zlib from "node:zlib";

export type DecodedBody =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** The text of a request body under its `content-encoding`. Never throws. */
export function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): DecodedBody {
  const name = (encoding ?? "identity").trim().toLowerCase();
  const limit = { maxOutputLength: maxBytes };
  try {
    switch (name) {
      case "identity":
        return { ok: true, text: body.toString("utf8") };
      case "gzip":
        return { ok: true, text: zlib.gunzipSync(body, limit).toString("utf8") };
      case "zstd":
        // Absent before Node 22.15: the call then throws, and the body is reported as undecoded.
        return { ok: true, text: zlib.zstdDecompressSync(body, limit).toString("utf8") };
      default:
        return { ok: false, reason: `no decoder for content-encoding "${name}"` };
    }
  } catch (error) {
    return { ok: false, reason: `content-encoding "${name}": ${String(error)}` };
  }
}
