/** A service that people run or rent, with what its documentation says of its Responses API. */
export interface EndpointPreset {
  /** The word that `ktx setup --endpoint` takes for it. */
  readonly id: string;
  readonly name: string;
  /** The base URL as the service comes; the user may change it. */
  readonly baseUrl: string;
  /** The variable that people keep the service's key in; absent where the service needs no key as it comes. */
  readonly apiKeyEnv?: string;
  /** The way to start it, without a full stop; absent for a service of others. */
  readonly start?: string;
  /** The page that gives keys. */
  readonly keyPage?: string;
}

/**
 * Ports and paths as the services document them: Ollama 11434, LM Studio 1234, `vllm serve` 8000, `llama-server` 8080.
 * Each serves `GET /models` and `POST /responses` below its base URL.
 */
export const endpointPresets: readonly EndpointPreset[] = [
  {
    id: "ollama",
    name: "Ollama",
    baseUrl: "http://127.0.0.1:11434/v1",
    start: "Start it with `ollama serve`, and get a model with `ollama pull <model>`",
  },
  {
    id: "lmstudio",
    name: "LM Studio",
    baseUrl: "http://127.0.0.1:1234/v1",
    start: "Load a model and start the server in its Developer tab, or with `lms server start`",
  },
  {
    id: "vllm",
    name: "vLLM",
    baseUrl: "http://127.0.0.1:8000/v1",
    start: "Start it with `vllm serve <model>`",
  },
  {
    id: "llamacpp",
    name: "llama.cpp",
    baseUrl: "http://127.0.0.1:8080/v1",
    start: "Start it with `llama-server -m <file.gguf> --jinja`",
  },
  {
    id: "openrouter",
    name: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    apiKeyEnv: "OPENROUTER_API_KEY",
    keyPage: "https://openrouter.ai/keys",
  },
];

/** The service with this base URL. */
export function presetAt(baseUrl: string): EndpointPreset | undefined {
  return endpointPresets.find((known) => known.baseUrl === baseUrl);
}
