export type ImageErrorCode =
  | "image-unreadable"
  | "image-type"
  | "image-incomplete"
  | "images-too-large"
  | "too-many-images";

/** An image that a model cannot see. The message gives the expectation, the actual content, and the fix. */
export class ImageError extends Error {
  override readonly name: string = "ImageError";
  readonly code: ImageErrorCode;

  constructor(code: ImageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
