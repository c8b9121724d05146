export { type ImageBlock, toDataUrl, toImageBlock } from "./encode-image.ts";
export { ImageError, type ImageErrorCode } from "./image-error.ts";
export { type ImageMediaType, imageMediaTypes } from "./image-type.ts";
export { type ImageLimits, defaultImageLimits } from "./image-limits.ts";
export { type ImageFiles, writeImageFiles } from "./write-image-files.ts";
export { type ImageSource, type LoadedImage, readImages } from "./read-images.ts";
