import type { FailureRule } from "./failure-rules.ts";

/** Sentences of OpenAI's API and of services with the same protocol. */
export const serviceFailureRules: readonly FailureRule[] = [
  {
    kind: "context-length",
    pattern:
      /ran out of room in the model's context window|exceeds the context window|maximum context length/,
    services: ["vLLM", "OpenRouter"],
    example:
      "Codex ran out of room in the model's context window. Start a new thread or clear earlier history before retrying.",
  },
  {
    kind: "context-length",
    pattern: /exceeds? the available context size|^Context size has been exceeded/,
    services: ["llama.cpp"],
  },
  {
    kind: "context-length",
    pattern:
      /^Trying to keep the first \d+ tokens|\bn_keep \(\d+\) >= n_ctx\b|tokens to keep from the initial prompt is greater than the context length/,
    services: ["LM Studio"],
  },
  {
    kind: "context-length",
    pattern: /\blonger than the (?:maximum model length|model's context length) \(?(?:of )?\d+/,
    services: ["vLLM", "SGLang"],
  },
  {
    kind: "context-length",
    pattern:
      /tokens\)? exceeds the maximum (?:allowed length|number of tokens allowed)|token count \(\d+\) exceeds the maximum/,
    services: ["SGLang", "Gemini"],
  },
  {
    kind: "context-length",
    pattern:
      /`inputs` tokens \+ `max_new_tokens` must be <=|`inputs` must have less than \d+ tokens/,
    services: ["Text Generation Inference"],
  },
  {
    kind: "context-length",
    pattern: /\bprompt is too long: \d+ tokens > \d+/i,
    services: ["Anthropic"],
  },
  {
    kind: "context-length",
    pattern: /\bContextWindowExceededError\b/,
    services: ["LiteLLM"],
  },
  {
    // One request that alone exceeds the limit of a minute: waiting does not help.
    kind: "context-length",
    pattern: /^Request too large for /,
    outranksCode: true,
    services: ["Groq"],
  },
  {
    kind: "invalid-output-schema",
    pattern: /Invalid schema for response_format/,
    recorded: ["11-400-full-openai-r0"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bmodel is not supported\b|\bmodel [`'"].*[`'"] does not exist/i,
    recorded: ["11-400-model-not-supported-r0", "11-404-model-not-found-r0"],
    services: ["vLLM"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bmodel ["'`].+["'`] not found\b/i,
    services: ["Ollama"],
  },
  {
    kind: "model-unavailable",
    pattern: /^Invalid model identifier |^No models? loaded\b/,
    services: ["LM Studio"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bInvalid model name passed in\b|\bThere is no 'model_name' with this string/,
    services: ["LiteLLM"],
  },
  {
    kind: "invalid-request",
    pattern: /^No endpoints found that support /,
    services: ["OpenRouter"],
  },
  {
    kind: "model-unavailable",
    pattern: /^Invalid model: /,
    services: ["Mistral"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bis not a valid model ID\b|^No endpoints (?:found|available) (?:for|matching) /,
    services: ["OpenRouter"],
  },
  {
    kind: "model-unavailable",
    pattern: /\bmust be verified to (?:stream|use) (?:this|the) model\b/,
    services: ["OpenAI"],
  },
  {
    // The status decides, whatever the rest of the sentence: the model was not found.
    kind: "model-unavailable",
    status: 404,
    pattern: /\b(?:models?|deployment)\b/i,
    services: ["Azure OpenAI"],
  },
  {
    kind: "invalid-request",
    pattern: /\bdoes not support tools$/,
    services: ["Ollama"],
  },
  {
    // The server answers 500, and a retry does not change how it was started.
    kind: "invalid-request",
    pattern: /^tools param requires --jinja|^Unsupported param: /,
    services: ["llama.cpp"],
  },
  {
    kind: "usage-limit",
    pattern: /usage limit has been reached|exceeded your current quota/,
    example: "You exceeded your current quota, please check your plan and billing details.",
  },
  {
    kind: "usage-limit",
    pattern:
      /^This request requires more credits|^More credits are required|\bfree-models-per-day\b/,
    services: ["OpenRouter"],
  },
  {
    kind: "usage-limit",
    pattern: /\bBudget has been exceeded!|\bcrossed budget\b|\bexceeded budget for\b/i,
    services: ["LiteLLM"],
  },
  {
    kind: "usage-limit",
    pattern: /\bcredit balance is too low\b|\breached your specified API usage limits\b/,
    services: ["Anthropic", "LiteLLM"],
  },
  {
    kind: "usage-limit",
    pattern: /^Insufficient Balance$/,
    services: ["DeepSeek"],
  },
  {
    kind: "rate-limit",
    pattern: /^Rate limit reached/,
    example:
      "Rate limit reached for gpt-5.5 in organization org-1 on tokens per min. Please try again in 1.3s.",
  },
  {
    kind: "rate-limit",
    pattern: /\bNo deployments available for selected model\b|\blitellm\.RateLimitError\b/,
    services: ["LiteLLM"],
  },
  {
    kind: "auth",
    pattern: /Incorrect API key provided|Missing bearer or basic authentication/,
    recorded: ["11-401-invalid-key-r0", "14-nocreds-openai-loopback401"],
  },
  {
    kind: "content-policy",
    pattern: /reason: content_filter|safety system|flagged as potentially violating|usage policy/,
    example:
      "stream disconnected before completion: Incomplete response returned, reason: content_filter",
  },
  {
    kind: "auth",
    pattern: /^API key not valid\b/,
    services: ["Gemini"],
  },
  {
    kind: "content-policy",
    pattern: /\bContentPolicyViolationError\b/,
    services: ["LiteLLM"],
  },
  {
    kind: "content-policy",
    pattern: /\bcontent management policy\b/,
    services: ["Azure OpenAI"],
  },
  {
    kind: "content-policy",
    pattern: /\brequires moderation\b.*\bflagged\b/,
    services: ["OpenRouter"],
  },
  {
    kind: "server",
    pattern: /The server had an error|currently overloaded/,
    example:
      "stream disconnected before completion: The server had an error processing your request.",
  },
  {
    // Answered with 400, although the request is valid.
    kind: "server",
    pattern: /^Failed to load model\b|^The model has crashed\b/,
    services: ["LM Studio"],
  },
  {
    kind: "server",
    pattern: /^Loading model$/,
    services: ["llama.cpp"],
  },
  {
    kind: "server",
    pattern: /^server busy, please try again|^Server overloaded|^model requires more system memory/,
    services: ["Ollama"],
  },
  {
    kind: "server",
    pattern: /^Model is overloaded$/,
    services: ["Text Generation Inference"],
  },
];
