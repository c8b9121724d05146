/** Any service that speaks the Responses API over HTTP, e.g. a local model server. */
export interface ResponsesEndpoint {
  /** Up to and including the version: `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  /** The name of the environment variable that holds the key. @default no Authorization header */
  readonly apiKeyEnv?: string;
}
