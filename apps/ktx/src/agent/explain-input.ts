import {
  compileOutputSchema,
  type IsolationReport,
  type OutputSchema,
  RuntimeInputError,
} from "@ktx/codex-runtime";
import { ImageError, type LoadedImage, readImages } from "@ktx/images";

/** The model's input by the flags of a run, besides the prompt and the tools. Sizes are UTF-8 bytes. */
export interface InputExplanation {
  readonly images: readonly {
    readonly path: string;
    /** By its content. */
    readonly mediaType: LoadedImage["mediaType"];
    readonly bytes: number;
  }[];
  readonly systemBytes: number;
  /** The size of the schema as it is sent; absent without one. */
  readonly schemaBytes?: number;
}

/** @throws {RuntimeInputError} for an image that a run refuses; the signal's reason. */
export async function explainInput({
  images: paths,
  system = "",
  schema,
  signal,
}: {
  /** Absolute paths. */
  readonly images: readonly string[];
  readonly system?: string | undefined;
  readonly schema?: OutputSchema | undefined;
  readonly signal: AbortSignal;
}): Promise<InputExplanation> {
  const images = await loadImages(paths, signal);
  return {
    images: images.map(({ mediaType, bytes }, index) => ({
      path: paths[index] ?? "",
      mediaType,
      bytes: bytes.byteLength,
    })),
    systemBytes: Buffer.byteLength(system),
    ...(schema !== undefined && {
      schemaBytes: Buffer.byteLength(JSON.stringify(compileOutputSchema(schema).jsonSchema)),
    }),
  };
}

async function loadImages(
  paths: readonly string[],
  signal: AbortSignal,
): Promise<readonly LoadedImage[]> {
  try {
    return await readImages(
      paths.map((path) => ({ path })),
      { signal },
    );
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    throw new RuntimeInputError(error.code, error.message, { cause: error });
  }
}

/** The files whose content the model is sent; a missing one has been refused. */
export function filesOf(
  { images }: InputExplanation,
  schema: string | undefined,
): IsolationReport["userFiles"] {
  return [
    ...images.map(({ path }) => ({ path, purpose: "an image that the model sees" })),
    ...(schema === undefined ? [] : [{ path: schema, purpose: "the schema of the answer" }]),
  ].map((file) => ({ ...file, exists: true }));
}

/** For a person, one line for each kind of input that there is. */
export function describeInput({
  images,
  systemBytes,
  schemaBytes,
}: InputExplanation): readonly string[] {
  const listed = images.map(
    ({ path, mediaType, bytes }) => `${path} (${mediaType}, ${bytes} bytes)`,
  );
  return [
    ...(listed.length === 0 ? [] : [`  images        ${listed.join(`,\n${" ".repeat(16)}`)}`]),
    ...(systemBytes === 0 ? [] : [`  system text   ${systemBytes} bytes`]),
    ...(schemaBytes === undefined ? [] : [`  schema        ${schemaBytes} bytes`]),
  ];
}
