import type { TurnFailure } from "../../src/index.ts";

/** An observed answer of a service, and its failure. */
export interface ServiceRefusal {
  readonly service: string;
  /** Where somebody reported the answer, or the service documents it. */
  readonly source: string;
  readonly status: number;
  readonly body: string;
  readonly failure: Partial<TurnFailure>;
}

const github = "https://github.com/";

export const serviceRefusals: readonly ServiceRefusal[] = [
  {
    service: "Ollama",
    source: `${github}netease-youdao/QAnything/issues/555`,
    status: 404,
    body: error({ message: 'model "ollama" not found, try pulling it first', type: "api_error" }),
    failure: { kind: "model-unavailable", model: "ollama" },
  },
  {
    service: "Ollama",
    source: `${github}ollama/ollama/pull/718`,
    status: 404,
    body: JSON.stringify({ error: "model 'mistral' not found, try pulling it first" }),
    failure: { kind: "model-unavailable", model: "mistral" },
  },
  {
    service: "Ollama",
    source: `${github}pydantic/pydantic-ai/issues/703`,
    status: 400,
    body: error({
      message: "registry.ollama.ai/library/llama3:8b does not support tools",
      type: "api_error",
      param: null,
      code: null,
    }),
    failure: { kind: "invalid-request", retryable: false },
  },
  {
    service: "Ollama",
    source: `${github}ollama/ollama/issues/4159`,
    status: 503,
    body: JSON.stringify({
      error: "server busy, please try again. maximum pending requests exceeded",
    }),
    failure: { kind: "server", retryable: true },
  },
  {
    service: "Ollama",
    source: `${github}ollama/ollama/issues/15934`,
    status: 503,
    body: JSON.stringify({ error: "Server overloaded, please retry shortly (ref: aaa65c70)" }),
    failure: { kind: "server", retryable: true },
  },
  {
    service: "Ollama",
    source: `${github}continuedev/continue/issues/11767`,
    status: 500,
    body: JSON.stringify({
      error: "model requires more system memory (5.3 GiB) than is available (3.3 GiB)",
    }),
    failure: { kind: "server" },
  },
  {
    service: "vLLM",
    source: `${github}vllm-project/vllm/issues/3485`,
    status: 404,
    body: JSON.stringify({
      object: "error",
      message: "The model `Qwen1.5-14B-Chat-GPTQ-Int8` does not exist.",
      type: "NotFoundError",
      param: null,
      code: 404,
    }),
    failure: { kind: "model-unavailable", model: "Qwen1.5-14B-Chat-GPTQ-Int8", httpStatus: 404 },
  },
  {
    service: "vLLM",
    source: `${github}vllm-project/vllm/pull/58025`,
    status: 404,
    body: error({
      message: "The model `x` does not exist.",
      type: "NotFoundError",
      param: "model",
      code: 404,
    }),
    failure: { kind: "model-unavailable", model: "x", httpStatus: 404 },
  },
  {
    service: "vLLM",
    source: `${github}HKUSTDial/Alpha-SQL/issues/5`,
    status: 400,
    body: JSON.stringify({
      object: "error",
      message:
        "This model's maximum context length is 32768 tokens. However, you requested 41648 tokens (37552 in the messages, 4096 in the completion). Please reduce the length of the messages or completion. None",
      type: "BadRequestError",
      param: null,
      code: 400,
    }),
    failure: { kind: "context-length", httpStatus: 400 },
  },
  {
    service: "vLLM",
    source: `${github}OpenBMB/MiniCPM-V/issues/1048`,
    status: 400,
    body: error({
      message: "The decoder prompt (length 2136) is longer than the maximum model length of 2048.",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "vLLM",
    source: `${github}langchain4j/langchain4j/issues/3475`,
    status: 400,
    body: JSON.stringify({
      object: "error",
      message:
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      type: "BadRequestError",
      param: null,
      code: 400,
    }),
    failure: { kind: "invalid-request", retryable: false },
  },
  {
    service: "LM Studio",
    source: `${github}assafelovic/gpt-researcher/issues/1556`,
    status: 400,
    body: error({
      message:
        'Invalid model identifier "o4-mini". Please specify a valid downloaded model (e.g., qwen3-vl-30b-a3b-instruct).',
      type: "invalid_request_error",
      param: "model",
      code: "model_not_found",
    }),
    failure: { kind: "model-unavailable", model: "o4-mini" },
  },
  {
    service: "LM Studio",
    source: `${github}lmstudio-ai/lmstudio-bug-tracker/issues/1730`,
    status: 400,
    body: error({
      message:
        "No models loaded. Please load a model in the developer page or use the 'lms load' command.",
      type: "invalid_request_error",
      param: "model",
      code: null,
    }),
    failure: { kind: "model-unavailable" },
  },
  {
    service: "LM Studio",
    source: `${github}lmstudio-ai/lmstudio-bug-tracker/issues/546`,
    status: 400,
    body: JSON.stringify({
      error:
        "Trying to keep the first 111490 tokens when context the overflows. However, the model is loaded with context length of only 32768 tokens, which is not enough. Try to load the model with a larger context length, or provide a shorter input",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "LM Studio",
    source: `${github}anomalyco/opencode/issues/11141`,
    status: 400,
    body: JSON.stringify({ error: "Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)" }),
    failure: { kind: "context-length" },
  },
  {
    service: "LM Studio",
    source: `${github}Gitlawb/openclaude/issues/353`,
    status: 400,
    body: JSON.stringify({
      error:
        "The number of tokens to keep from the initial prompt is greater than the context length (n_keep: 13055>= n_ctx: 4096). Try to load the model with a larger context length, or provide a shorter input.",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "llama.cpp",
    source: `${github}ggml-org/llama.cpp/issues/19774`,
    status: 400,
    body: error({
      code: 400,
      message:
        "request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it",
      type: "exceed_context_size_error",
      n_prompt_tokens: 4390,
      n_ctx: 4096,
    }),
    failure: { kind: "context-length", httpStatus: 400 },
  },
  {
    service: "llama.cpp",
    source: `${github}ggml-org/llama.cpp/issues/19774`,
    status: 500,
    body: error({ code: 500, message: "Context size has been exceeded.", type: "server_error" }),
    failure: { kind: "context-length", retryable: false },
  },
  {
    service: "llama.cpp",
    source: `${github}gpustack/gpustack/issues/852`,
    status: 500,
    body: error({
      code: 500,
      message:
        "the request exceeds the available context size. try increasing the context size or enable context shift",
      type: "server_error",
    }),
    failure: { kind: "context-length", retryable: false },
  },
  {
    service: "llama.cpp",
    source: `${github}mostlygeek/llama-swap/issues/146`,
    status: 503,
    body: error({ code: 503, message: "Loading model", type: "unavailable_error" }),
    failure: { kind: "server", httpStatus: 503, retryable: true },
  },
  {
    service: "llama.cpp",
    source: `${github}AstrBotDevs/AstrBot/issues/758`,
    status: 500,
    body: error({ code: 500, message: "tools param requires --jinja flag", type: "server_error" }),
    failure: { kind: "invalid-request", retryable: false },
  },
  {
    service: "llama.cpp",
    source: `${github}ggml-org/llama.cpp/issues/10920`,
    status: 500,
    body: error({ code: 500, message: "Unsupported param: tools", type: "server_error" }),
    failure: { kind: "invalid-request", retryable: false },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/5177`,
    status: 429,
    body: error({
      message:
        "No deployments available for selected model, Try again in 60 seconds. Passed model=claude-3-haiku-20240307.",
      type: "None",
      param: "None",
      code: "429",
    }),
    failure: { kind: "rate-limit", httpStatus: 429, retryAfterMs: 60_000 },
  },
  {
    service: "LiteLLM",
    source: "https://docs.litellm.ai/docs/proxy/error_reference",
    status: 429,
    body: error({
      message: "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached",
      type: "throttling_error",
      param: null,
      code: "429",
    }),
    failure: { kind: "rate-limit", httpStatus: 429, retryable: true },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/22726`,
    status: 400,
    body: error({
      message: "Budget has been exceeded! Current cost: 26.075, Max budget: 0.25",
      type: "budget_exceeded",
      param: null,
      code: "400",
    }),
    failure: { kind: "usage-limit", httpStatus: 400 },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/14144`,
    status: 400,
    body: error({
      message:
        "litellm.BadRequestError: OpenAIException - Budget has been exceeded! Current cost: 14.1, Max budget: 100.",
      type: null,
      param: null,
      code: "400",
    }),
    failure: { kind: "usage-limit" },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/37599`,
    status: 400,
    body: error({
      code: "400",
      message:
        "litellm.BadRequestError: AnthropicException - You have reached your specified API usage limits. You will regain access on 2026-09-01 at 00:00 UTC.",
    }),
    failure: {
      kind: "usage-limit",
      resetsAt: {
        text: "2026-09-01 at 00:00 UTC",
        precision: "minute",
        atMs: Date.UTC(2026, 8, 1),
      },
    },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/8821`,
    status: 400,
    body: error({
      message: {
        error:
          "/chat/completions: Invalid model name passed in model=DeepSeek-R1x. Call `/v1/models` to view available models for your key.",
      },
      type: "None",
      param: "None",
      code: "400",
    }),
    failure: { kind: "model-unavailable", model: "DeepSeek-R1x" },
  },
  {
    service: "LiteLLM",
    source: `${github}BerriAI/litellm/issues/8326`,
    status: 400,
    body: error({
      message:
        "litellm.BadRequestError: You passed in model=claude-3-5-haiku-20241022. There is no 'model_name' with this string",
      code: "400",
    }),
    failure: { kind: "model-unavailable", model: "claude-3-5-haiku-20241022" },
  },
  {
    service: "LiteLLM",
    source: "https://docs.litellm.ai/docs/exception_mapping",
    status: 400,
    body: error({
      message: "litellm.ContextWindowExceededError: ContextWindowExceededError: OpenAIException",
      code: "400",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "OpenRouter",
    source: `${github}astrio-labs/forall/issues/76`,
    status: 402,
    body: error({
      message:
        "This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 2666. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account",
      code: 402,
      metadata: { provider_name: null },
    }),
    failure: { kind: "usage-limit", httpStatus: 402 },
  },
  {
    service: "OpenRouter",
    source: `${github}tailcallhq/forgecode/issues/571`,
    status: 402,
    body: error({
      error: {
        message:
          "More credits are required to run this request. 128000 token capacity required, 19484 available.",
        code: 402,
      },
      code: 402,
    }),
    failure: { kind: "usage-limit", httpStatus: 402 },
  },
  {
    service: "OpenRouter",
    source: `${github}Gitlawb/openclaude/issues/936`,
    status: 429,
    body: error({
      message:
        "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
      code: 429,
    }),
    failure: { kind: "usage-limit", httpStatus: 429 },
  },
  {
    service: "OpenRouter",
    source: `${github}BeehiveInnovations/pal-mcp-server/issues/134`,
    status: 400,
    body: error({
      message: "Provider returned error",
      code: 400,
      metadata: {
        raw: error({
          message:
            "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.",
          type: "invalid_request_error",
          param: "stream",
          code: "unsupported_value",
        }),
      },
    }),
    failure: { kind: "model-unavailable" },
  },
  {
    service: "OpenRouter",
    source: `${github}digiogithub/pando/issues/8`,
    status: 429,
    body: error({ message: "Provider returned error", code: 429 }),
    failure: { kind: "rate-limit", httpStatus: 429 },
  },
  {
    service: "OpenRouter",
    source: `${github}dnakov/anon-kode/issues/2`,
    status: 404,
    body: error({
      message:
        "No endpoints found that support tool use. To learn more about provider routing, visit: https://openrouter.ai/docs/provider-routing",
      code: 404,
    }),
    failure: { kind: "invalid-request", httpStatus: 404 },
  },
  {
    service: "OpenRouter",
    source: `${github}ShamanicArts/Flow.Launcher.Plugin.AI-Assistant/issues/2`,
    status: 404,
    body: error({ message: "No endpoints found matching your data policy", code: 404 }),
    failure: { kind: "model-unavailable", httpStatus: 404 },
  },
  {
    service: "OpenRouter",
    source: `${github}maxnowack/anthropic-proxy/issues/4`,
    status: 400,
    body: error({
      message: "google/gemini-2.0-pro-exp-02-05:free is not a valid model ID",
      code: 400,
    }),
    failure: { kind: "model-unavailable", model: "google/gemini-2.0-pro-exp-02-05:free" },
  },
  {
    service: "OpenRouter",
    source: `${github}HKUDS/nanobot/issues/842`,
    status: 401,
    body: error({ message: "User not found.", code: 401 }),
    failure: { kind: "auth", httpStatus: 401 },
  },
  {
    service: "OpenRouter",
    source: `${github}HKUDS/nanobot/issues/842`,
    status: 400,
    body: error({
      message:
        "This endpoint's maximum context length is 256000 tokens. However, you requested about 264544 tokens (3522 of text input, 1022 of tool input, 260000 in the output).",
      code: 400,
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "OpenRouter",
    source: "https://openrouter.ai/docs/api/reference/errors-and-debugging",
    status: 403,
    body: error({
      message: "Your chosen model requires moderation and your input was flagged",
      code: 403,
    }),
    failure: { kind: "content-policy", httpStatus: 403 },
  },
  {
    service: "OpenAI",
    source: `${github}continuedev/continue/issues/8209`,
    status: 400,
    body: error({
      message:
        "Your organization must be verified to stream this model. Please go to: https://platform.openai.com/settings/organization/general and click on Verify Organization.",
      type: "invalid_request_error",
      param: "stream",
      code: "unsupported_value",
    }),
    failure: { kind: "model-unavailable" },
  },
  {
    service: "OpenAI",
    source: `${github}appatalks/eva-agent/issues/83`,
    status: 400,
    body: error({
      message: "Unsupported parameter: 'temperature' is not supported with this model.",
      type: "invalid_request_error",
      param: "temperature",
      code: "unsupported_parameter",
    }),
    failure: { kind: "invalid-request", retryable: false },
  },
  {
    service: "OpenAI",
    source: `${github}openai/openai-cookbook/issues/844`,
    status: 429,
    body: error({
      message: "You exceeded your current quota, please check your plan and billing details.",
      type: "insufficient_quota",
      param: null,
      code: "insufficient_quota",
    }),
    failure: { kind: "usage-limit" },
  },
  {
    service: "Azure OpenAI",
    source: `${github}chatboxai/chatbox/issues/861`,
    status: 404,
    body: error({
      code: "DeploymentNotFound",
      message:
        "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
    }),
    failure: { kind: "model-unavailable" },
  },
  {
    service: "Azure OpenAI",
    source: `${github}openai/openai-python/issues/331`,
    status: 400,
    body: error({
      message:
        "The response was filtered due to the prompt triggering Azure OpenAI’s content management policy. Please modify your prompt and retry.",
      type: null,
      param: "prompt",
      code: "content_filter",
      status: 400,
    }),
    failure: { kind: "content-policy", httpStatus: 400 },
  },
  {
    service: "Groq",
    source: `${github}continuedev/continue/issues/10218`,
    status: 413,
    body: error({
      message:
        "Request too large for model `llama-3.3-70b-versatile` in organization `org_x` service tier `on_demand` on tokens per minute (TPM): Limit 12000, Requested 14137, please reduce your message size and try again.",
      type: "tokens",
    }),
    failure: { kind: "context-length", retryable: false },
  },
  {
    service: "Groq",
    source: `${github}assafelovic/gpt-researcher/issues/985`,
    status: 413,
    body: error({
      message:
        "Request too large for model `llama-3.1-70b-versatile` in organization `org_x` on tokens per minute (TPM): Limit 6000, Requested 14368, please reduce your message size and try again.",
      type: "tokens",
      code: "rate_limit_exceeded",
    }),
    failure: { kind: "context-length", retryable: false },
  },
  {
    service: "Groq",
    source: `${github}continuedev/continue/issues/10832`,
    status: 404,
    body: error({
      message: "The model `llama3.1-405b` does not exist or you do not have access to it.",
      type: "invalid_request_error",
    }),
    failure: { kind: "model-unavailable", model: "llama3.1-405b" },
  },
  {
    service: "LM Studio",
    source: `${github}charmbracelet/crush/issues/2546`,
    status: 400,
    body: JSON.stringify({
      error: 'Failed to load model "qwen/qwen3-coder-30b". Error: Operation canceled.',
    }),
    failure: { kind: "server", retryable: true },
  },
  {
    service: "LM Studio",
    source: `${github}lmstudio-ai/lmstudio-bug-tracker/issues/1347`,
    status: 400,
    body: JSON.stringify({
      error:
        "The model has crashed without additional information. (Exit code: 18446744072635812000)",
    }),
    failure: { kind: "server", retryable: true },
  },
  {
    service: "LiteLLM",
    source: `${github}microsoft/sample-app-aoai-chatGPT/issues/986`,
    status: 400,
    body: error({
      message:
        "litellm.BadRequestError: litellm.ContentPolicyViolationError: Azure Exception - Error code: 400",
      code: "400",
    }),
    failure: { kind: "content-policy", retryable: false },
  },
  {
    service: "Gemini",
    source: `${github}continuedev/continue/issues/10530`,
    status: 400,
    body: error({
      message: error({
        code: 400,
        message: "API key not valid. Please pass a valid API key.",
        status: "INVALID_ARGUMENT",
      }),
      code: 400,
      status: "Bad Request",
    }),
    failure: { kind: "auth", message: "API key not valid. Please pass a valid API key." },
  },
  {
    service: "Anthropic",
    source: `${github}earendil-works/pi/issues/102`,
    status: 400,
    body: JSON.stringify({
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "prompt is too long: 219898 tokens > 200000 maximum",
      },
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "SGLang",
    source: `${github}QwenLM/Qwen3/issues/1321`,
    status: 400,
    body: JSON.stringify({
      object: "error",
      message: "The input (61709 tokens) is longer than the model's context length (40960 tokens).",
      type: "BadRequestError",
      param: null,
      code: 400,
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "SGLang",
    source: `${github}sgl-project/sglang/issues/4048`,
    status: 400,
    body: JSON.stringify({
      object: "error",
      message: "Input length (160062 tokens) exceeds the maximum allowed length (59862 tokens).",
      type: "BadRequestError",
      param: null,
      code: 400,
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "Text Generation Inference",
    source: `${github}huggingface/chat-ui/issues/340`,
    status: 422,
    body: JSON.stringify({
      error:
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 1512. Given: 1000 `inputs` tokens and 1024 `max_new_tokens`",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "Text Generation Inference",
    source: `${github}meta-llama/llama/issues/1103`,
    status: 422,
    body: JSON.stringify({
      error: "Input validation error: `inputs` must have less than 4096 tokens. Given: 4545",
    }),
    failure: { kind: "context-length" },
  },
  {
    service: "Mistral",
    source: `${github}mistralai/mistral-vibe/issues/617`,
    status: 400,
    body: JSON.stringify({
      object: "error",
      message: "Invalid model: mistral-medium-3.5",
      type: "invalid_model",
      param: null,
      code: "1500",
      raw_status_code: 400,
    }),
    failure: { kind: "model-unavailable" },
  },
  {
    service: "Text Generation Inference",
    source: `${github}huggingface/text-generation-inference/issues/439`,
    status: 429,
    body: JSON.stringify({ error: "Model is overloaded" }),
    failure: { kind: "server", retryable: true },
  },
  {
    service: "Gemini",
    source: `${github}google-gemini/gemini-cli/issues/4231`,
    status: 400,
    body: JSON.stringify([
      {
        error: {
          code: 400,
          message:
            "The input token count (3475108) exceeds the maximum number of tokens allowed (1048576).",
          status: "INVALID_ARGUMENT",
        },
      },
    ]),
    failure: { kind: "context-length", httpStatus: 400 },
  },
  {
    service: "Anthropic",
    source: `${github}anthropics/claude-code/issues/4684`,
    status: 400,
    body: JSON.stringify({
      type: "error",
      error: {
        type: "invalid_request_error",
        message:
          "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
      },
    }),
    failure: { kind: "usage-limit" },
  },
  {
    service: "DeepSeek",
    source: `${github}Aider-AI/aider/issues/4851`,
    status: 402,
    body: error({
      message: "Insufficient Balance",
      type: "unknown_error",
      param: null,
      code: "invalid_request_error",
    }),
    failure: { kind: "usage-limit" },
  },
];

function error(fields: object): string {
  return JSON.stringify({ error: fields });
}
