/** Files that are broken or doubtful, with everything that is said about each, and whether a config comes of it. */
export interface BrokenFile {
  readonly title: string;
  readonly text: string;
  readonly usable: boolean;
  readonly codes: readonly string[];
  readonly said: readonly string[];
}

function lines(...text: readonly string[]): string {
  return text.map((line) => `${line}\n`).join("");
}

export const brokenFiles: readonly BrokenFile[] = [
  {
    title: "an empty file",
    text: "",
    usable: true,
    codes: ["file-empty"],
    said: [
      "ktx.yaml:1:1  warning: expected a mapping with llm, got an empty file",
      "  fix: Run `ktx setup --llm-backend codex --no-input`.",
    ],
  },
  {
    title: "a file of comments alone",
    text: lines("# nothing yet"),
    usable: true,
    codes: ["file-empty"],
    said: [
      "ktx.yaml:1:1  warning: expected a mapping with llm, got an empty file",
      "  fix: Run `ktx setup --llm-backend codex --no-input`.",
    ],
  },
  {
    title: "a text as root",
    text: lines("codex"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:1:1  expected a mapping with llm, got "codex"',
      "  fix: Write, for example, `{ llm: { provider: { backend: codex } } }`.",
    ],
  },
  {
    title: "a list as root",
    text: lines("- llm"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:1:1  expected a mapping with llm, got a list",
      "  fix: Write, for example, `{ llm: { provider: { backend: codex } } }`.",
    ],
  },
  {
    title: "a number as root",
    text: lines("42"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:1:1  expected a mapping with llm, got number 42",
      "  fix: Write, for example, `{ llm: { provider: { backend: codex } } }`.",
    ],
  },
  {
    title: "llm as a text",
    text: lines("llm: codex"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:1:6  llm: expected a mapping with provider and models, got "codex"',
      "  fix: Write, for example, `llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }`.",
    ],
  },
  {
    title: "llm as a list",
    text: lines("llm: [codex]"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:1:6  llm: expected a mapping with provider and models, got a list",
      "  fix: Write, for example, `llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }`.",
    ],
  },
  {
    title: "provider as a text",
    text: lines("llm:", "  provider: codex"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:2:13  llm.provider: expected a mapping, got "codex"',
      "  fix: Write, for example, `provider: { backend: codex }`.",
    ],
  },
  {
    title: "models as a text",
    text: lines("llm:", "  models: gpt-5.5"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:2:11  llm.models: expected a mapping of roles to model ids, got "gpt-5.5"',
      "  fix: Write, for example, `models: { default: gpt-5.5 }`.",
    ],
  },
  {
    title: "models as a list",
    text: lines("llm:", "  models:", "    - gpt-5.5"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:3:5  llm.models: expected a mapping of roles to model ids, got a list",
      "  fix: Write, for example, `models: { default: gpt-5.5 }`.",
    ],
  },
  {
    title: "codex as a boolean",
    text: lines("llm:", "  provider:", "    codex: true"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:3:12  llm.provider.codex: expected a mapping, got boolean true",
      "  fix: Write, for example, `codex: { isolation: strict }`.",
    ],
  },
  {
    title: "an unknown backend near a known one",
    text: lines("llm:", "  provider:", "    backend: Codx"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:3:14  llm.provider.backend: expected `none` or `codex`, got "Codx"',
      "  fix: Did you mean `backend: codex`?",
    ],
  },
  {
    title: "an unknown backend near none",
    text: lines("llm:", "  provider:", "    backend: anthropic"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:3:14  llm.provider.backend: expected `none` or `codex`, got "anthropic"',
      "  fix: Write, for example, `backend: codex`.",
    ],
  },
  {
    title: "an unknown isolation",
    text: lines("llm:", "  provider:", "    codex:", "      isolation: strickt"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:4:18  llm.provider.codex.isolation: expected `strict` or `host`, got "strickt"',
      "  fix: Did you mean `isolation: strict`?",
    ],
  },
  {
    title: "a boolean as isolation",
    text: lines("llm:", "  provider:", "    codex:", "      isolation: true"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:4:18  llm.provider.codex.isolation: expected `strict` or `host`, got boolean true",
      "  fix: Write, for example, `isolation: strict`.",
    ],
  },
  {
    title: "a model id that reads as a number",
    text: lines("llm:", "  models:", "    default: 5.5"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:3:14  llm.models.default: expected a model id, got number 5.5",
      "  fix: Write, for example, `default: gpt-5.5`.",
    ],
  },
  {
    title: "a model id with a space",
    text: lines("llm:", "  models:", "    default: gpt 5.5"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:3:14  llm.models.default: expected a model id without spaces, got "gpt 5.5"',
      "  fix: Write, for example, `default: gpt-5.5`.",
    ],
  },
  {
    title: "an empty model id",
    text: lines("llm:", "  models:", "    default: ''"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:3:14  llm.models.default: expected a model id without spaces, got an empty text",
      "  fix: Write, for example, `default: gpt-5.5`.",
    ],
  },
  {
    title: "a model that Codex cannot run",
    text: lines(
      "llm:",
      "  provider:",
      "    backend: codex",
      "  models:",
      "    default: claude-sonnet",
    ),
    usable: false,
    codes: ["unsupported-model"],
    said: [
      'ktx.yaml:5:14  llm.models.default: expected codex, default, gpt-* or codex-*, got "claude-sonnet"',
      "  fix: Set llm.models.default to a model that `ktx models` lists, or name the service that serves this one in llm.provider.codex.endpoint.",
    ],
  },
  {
    title: "a role's model that Codex cannot run",
    text: lines(
      "llm:",
      "  provider:",
      "    backend: codex",
      "  models:",
      "    default: gpt-5.5",
      "    triage: llama3",
    ),
    usable: false,
    codes: ["unsupported-model"],
    said: [
      'ktx.yaml:6:13  llm.models.triage: expected codex, default, gpt-* or codex-*, got "llama3"',
      "  fix: Set llm.models.triage to a model that `ktx models` lists, or name the service that serves this one in llm.provider.codex.endpoint.",
    ],
  },
  {
    title: "a role that says default",
    text: lines(
      "llm:",
      "  provider:",
      "    backend: codex",
      "  models:",
      "    default: gpt-6-sol",
      "    triage: default",
    ),
    usable: true,
    codes: ["misleading-alias"],
    said: [
      "ktx.yaml:6:13  warning: llm.models.triage: expected a model id, got `default`, which means Codex's default model and not llm.models.default",
      "  fix: Remove llm.models.triage to use llm.models.default.",
    ],
  },
  {
    title: "a backend without models",
    text: lines("llm:", "  provider:", "    backend: codex"),
    usable: false,
    codes: ["missing-default-model"],
    said: [
      "ktx.yaml:1:1  llm.models.default: expected a model id, because backend is codex, got nothing",
      "  fix: Set llm.models.default to a model that `ktx models` lists.",
    ],
  },
  {
    title: "a backend with an empty default model",
    text: lines("llm:", "  provider:", "    backend: codex", "  models:", "    default:"),
    usable: false,
    codes: ["missing-default-model"],
    said: [
      "ktx.yaml:5:5  llm.models.default: expected a model id, because backend is codex, got nothing",
      "  fix: Set llm.models.default to a model that `ktx models` lists.",
    ],
  },
  {
    title: "a backend with a role's model and no default",
    text: lines("llm:", "  provider:", "    backend: codex", "  models:", "    triage: gpt-5.5"),
    usable: false,
    codes: ["missing-default-model"],
    said: [
      "ktx.yaml:4:3  llm.models.default: expected a model id, because backend is codex, got nothing",
      "  fix: Set llm.models.default to a model that `ktx models` lists.",
    ],
  },
  {
    title: "a mapping without keys",
    text: lines("llm:", "  provider:", "    codex:"),
    usable: true,
    codes: ["empty-value"],
    said: [
      "ktx.yaml:3:5  warning: llm.provider.codex: expected a value, got nothing; the key counts as absent",
      "  fix: Remove the key, or write, for example, `codex: { isolation: strict }`.",
    ],
  },
  {
    title: "null as a value",
    text: lines("llm:", "  provider:", "    backend: ~"),
    usable: true,
    codes: ["empty-value"],
    said: [
      "ktx.yaml:3:14  warning: llm.provider.backend: expected a value, got nothing; the key counts as absent",
      "  fix: Remove the key, or write, for example, `backend: codex`.",
    ],
  },
  {
    title: "an unknown key near a known one",
    text: lines("llm:", "  provider:", "    bakend: none"),
    usable: true,
    codes: ["unknown-key"],
    said: [
      'ktx.yaml:3:5  warning: llm.provider.bakend: expected one of backend, codex, got "bakend", which has no effect',
      "  fix: Did you mean `backend`?",
    ],
  },
  {
    title: "a mistyped default role",
    text: lines("llm:", "  provider: { backend: codex }", "  models:", "    defalt: gpt-5.5"),
    usable: false,
    codes: ["missing-default-model"],
    said: [
      "ktx.yaml:3:3  llm.models.default: expected a model id, because backend is codex, got nothing",
      "  fix: Did you mean `default` by `defalt`?",
    ],
  },
  {
    title: "a role of any name without a model",
    text: lines("llm:", "  models:", "    default: gpt-5.5", "    reviewer:"),
    usable: true,
    codes: ["empty-value"],
    said: [
      "ktx.yaml:4:5  warning: llm.models.reviewer: expected a value, got nothing; the key counts as absent",
      "  fix: Remove the key, or write, for example, `reviewer: gpt-5.5`.",
    ],
  },
  {
    title: "a role of any name whose model is a list",
    text: lines("llm:", "  models:", "    default: gpt-5.5", "    reviewer: [gpt-5.5]"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:4:15  llm.models.reviewer: expected a model id, got a list",
      "  fix: Write, for example, `reviewer: gpt-5.5`.",
    ],
  },
  {
    title: "a role of any name with a model that Codex does not take",
    text: lines(
      "llm:",
      "  provider: { backend: codex }",
      "  models:",
      "    default: gpt-5.5",
      "    reviewer: llama3",
    ),
    usable: false,
    codes: ["unsupported-model"],
    said: [
      'ktx.yaml:5:15  llm.models.reviewer: expected codex, default, gpt-* or codex-*, got "llama3"',
      "  fix: Set llm.models.reviewer to a model that `ktx models` lists, or name the service that serves this one in llm.provider.codex.endpoint.",
    ],
  },
  {
    title: "a known key in another place",
    text: lines("models:", "  default: gpt-5.5"),
    usable: true,
    codes: ["unknown-key"],
    said: [
      'ktx.yaml:1:1  warning: models: expected one of llm, batch, got "models", which has no effect',
      "  fix: Move it to `llm.models`.",
    ],
  },
  {
    title: "an unknown key near nothing",
    text: lines("llm:", "  temperature: 1"),
    usable: true,
    codes: ["unknown-key"],
    said: [
      'ktx.yaml:2:3  warning: llm.temperature: expected one of provider, models, reasoning_effort, got "temperature", which has no effect',
      "  fix: Remove it, or make it a comment.",
    ],
  },
  {
    title: "a key in camelCase",
    text: lines(
      "llm:",
      "  provider:",
      "    codex:",
      "      endpoint:",
      "        baseUrl: http://localhost:1",
    ),
    usable: false,
    codes: ["missing-key", "unknown-key"],
    said: [
      "ktx.yaml:4:7  llm.provider.codex.endpoint.base_url: expected an http or https URL, got nothing",
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
      'ktx.yaml:5:9  warning: llm.provider.codex.endpoint.baseUrl: expected one of base_url, api_key_env, got "baseUrl", which has no effect',
      "  fix: Did you mean `base_url`?",
    ],
  },
  {
    title: "a key typed in for its variable's name",
    text: lines("llm:", "  provider:", "    codex:", "      api_key_env: sk-proj-Abcdefgh12345678"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:4:20  llm.provider.codex.api_key_env: expected the name of an environment variable, got another text, perhaps the key itself (not shown)",
      "  fix: Put the key into an environment variable and write that variable's name here, for example `api_key_env: CODEX_API_KEY`.",
    ],
  },
  {
    title: "a key of letters and digits typed in for its variable's name",
    text: lines("llm:", "  provider:", "    codex:", "      api_key_env: 0a1b2c3d4e5f60718293a4b5"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:4:20  llm.provider.codex.api_key_env: expected the name of an environment variable, got another text, perhaps the key itself (not shown)",
      "  fix: Put the key into an environment variable and write that variable's name here, for example `api_key_env: CODEX_API_KEY`.",
    ],
  },
  {
    title: "a variable's name with a dollar sign",
    text: lines("llm:", "  provider:", "    codex:", "      api_key_env: $CODEX_API_KEY"),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:4:20  llm.provider.codex.api_key_env: expected the name of an environment variable, got another text, perhaps the key itself (not shown)",
      "  fix: Put the key into an environment variable and write that variable's name here, for example `api_key_env: CODEX_API_KEY`.",
    ],
  },
  {
    title: "a key under an unknown name",
    text: lines("llm:", "  provider:", "    codex:", "      api_key: sk-proj-Abcdefgh12345678"),
    usable: true,
    codes: ["unknown-key"],
    said: [
      'ktx.yaml:4:7  warning: llm.provider.codex.api_key: expected one of isolation, api_key_env, endpoint, got "api_key", which has no effect',
      "  fix: Did you mean `api_key_env`?",
    ],
  },
  {
    title: "a key as a key",
    text: lines("llm:", "  provider:", "    codex:", "      sk-proj-Abcdefgh12345678: x"),
    usable: true,
    codes: ["unknown-key"],
    said: [
      "ktx.yaml:4:7  warning: llm.provider.codex.(not shown): expected one of isolation, api_key_env, endpoint, got a value that looks like a secret (not shown), which has no effect",
      "  fix: Remove it, or make it a comment.",
    ],
  },
  {
    title: "a key as a model id",
    text: lines(
      "llm:",
      "  provider:",
      "    backend: codex",
      "  models:",
      "    default: sk-proj-Abcdefgh12345678",
    ),
    usable: false,
    codes: ["unsupported-model"],
    said: [
      "ktx.yaml:5:14  llm.models.default: expected codex, default, gpt-* or codex-*, got a value that looks like a secret (not shown)",
      "  fix: Set llm.models.default to a model that `ktx models` lists, or name the service that serves this one in llm.provider.codex.endpoint.",
    ],
  },
  {
    title: "an endpoint without base_url",
    text: lines("llm:", "  provider:", "    codex:", "      endpoint: { api_key_env: MY_KEY }"),
    usable: false,
    codes: ["missing-key"],
    said: [
      "ktx.yaml:4:7  llm.provider.codex.endpoint.base_url: expected an http or https URL, got nothing",
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
    ],
  },
  {
    title: "an endpoint with an empty base_url",
    text: lines("llm:", "  provider:", "    codex:", "      endpoint:", "        base_url:"),
    usable: false,
    codes: ["missing-key"],
    said: [
      "ktx.yaml:5:9  llm.provider.codex.endpoint.base_url: expected an http or https URL, got nothing",
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
    ],
  },
  {
    title: "an endpoint as a URL",
    text: lines("llm:", "  provider:", "    codex:", "      endpoint: http://localhost:11434/v1"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:4:17  llm.provider.codex.endpoint: expected a mapping with base_url, got "http://localhost:11434/v1"',
      "  fix: Write, for example, `endpoint: { base_url: http://127.0.0.1:11434/v1 }`.",
    ],
  },
  {
    title: "a base_url without a scheme",
    text: lines(
      "llm:",
      "  provider:",
      "    codex:",
      "      endpoint:",
      "        base_url: localhost:11434/v1",
    ),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:5:19  llm.provider.codex.endpoint.base_url: expected an http or https URL without user name, password or query, got "localhost:11434/v1"',
      "  fix: Write `base_url: http://localhost:11434/v1`.",
    ],
  },
  {
    title: "a base_url with another scheme",
    text: lines(
      "llm:",
      "  provider:",
      "    codex:",
      "      endpoint:",
      "        base_url: ws://localhost:11434",
    ),
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:5:19  llm.provider.codex.endpoint.base_url: expected an http or https URL without user name, password or query, got "ws://localhost:11434"',
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
    ],
  },
  {
    title: "a base_url with a password",
    text: lines(
      "llm:",
      "  provider:",
      "    codex:",
      "      endpoint:",
      "        base_url: https://me:hunter2@models.test/v1",
    ),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:5:19  llm.provider.codex.endpoint.base_url: expected an http or https URL without user name, password or query, got a value that looks like a secret (not shown)",
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
    ],
  },
  {
    title: "a base_url with a query",
    text: lines(
      "llm:",
      "  provider:",
      "    codex:",
      "      endpoint:",
      "        base_url: https://models.test/v1?key=hunter2",
    ),
    usable: false,
    codes: ["wrong-value"],
    said: [
      "ktx.yaml:5:19  llm.provider.codex.endpoint.base_url: expected an http or https URL without user name, password or query, got a value that looks like a secret (not shown)",
      "  fix: Write, for example, `base_url: http://127.0.0.1:11434/v1`.",
    ],
  },
  {
    title: "a key for OpenAI beside an endpoint",
    text: lines(
      "llm:",
      "  provider:",
      "    backend: codex",
      "    codex:",
      "      api_key_env: OPENAI_API_KEY",
      "      endpoint: { base_url: http://127.0.0.1:11434/v1 }",
      "  models:",
      "    default: llama3",
    ),
    usable: true,
    codes: ["unused-key"],
    said: [
      "ktx.yaml:5:7  warning: llm.provider.codex.api_key_env: expected the endpoint's key under endpoint, got one beside it, which is not sent",
      "  fix: Move it to llm.provider.codex.endpoint.api_key_env, or remove it.",
    ],
  },
  {
    title: "two problems at once",
    text: lines("llm:", "  provider:", "    backend: codx", "    codex:", "      isolation: hots"),
    usable: false,
    codes: ["wrong-value", "wrong-value"],
    said: [
      'ktx.yaml:3:14  llm.provider.backend: expected `none` or `codex`, got "codx"',
      "  fix: Did you mean `backend: codex`?",
      'ktx.yaml:5:18  llm.provider.codex.isolation: expected `strict` or `host`, got "hots"',
      "  fix: Did you mean `isolation: host`?",
    ],
  },
  {
    title: "a duplicate key",
    text: lines("llm:", "  models:", "    default: gpt-5.5", "    default: gpt-6-sol"),
    usable: false,
    codes: ["duplicate-key"],
    said: [
      'ktx.yaml:4:5  expected every key once, got "default" again',
      "  fix: Keep one of the two and remove the other.",
    ],
  },
  {
    title: "a tab as indentation",
    text: lines("llm:", "\tprovider: {}"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:2:1  expected spaces as indentation, got a tab",
      "  fix: Replace the tab by two spaces for each level.",
    ],
  },
  {
    title: "an indentation that fits nothing",
    text: lines("llm:", "    provider: {}", "  models: {}"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:1  expected the indentation of the lines around it, got another",
      "  fix: Indent the keys of one mapping by the same number of spaces.",
    ],
  },
  {
    title: "a key deeper than its scalar sibling",
    text: lines("llm:", "  provider:", "    backend: codex", "      codex: {}"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:14  expected one value after the key, got a mapping on or under the same line",
      "  fix: Put nested keys on lines of their own, or quote a value that holds `: `.",
    ],
  },
  {
    title: "a missing space after a colon",
    text: lines("llm:", "  provider:", "    backend:codex"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:3:5  llm.provider: expected a mapping, got "backend:codex"',
      "  fix: Write, for example, `provider: { backend: codex }`.",
    ],
  },
  {
    title: "a missing colon",
    text: lines("llm:", "  provider", "    backend: codex"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:2:3  expected `key: value` on one line, got a text with no colon",
      "  fix: Write a colon and a space after the key.",
    ],
  },
  {
    title: "a quote that is not closed",
    text: lines("llm:", "  models:", '    default: "gpt-5.5'),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:14  expected a closing quote or bracket for what opens here, got none",
      "  fix: Close it.",
    ],
  },
  {
    title: "a bracket that is not closed",
    text: lines("llm:", "  provider: { backend: codex"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:2:13  expected a closing quote or bracket for what opens here, got none",
      "  fix: Close it.",
    ],
  },
  {
    title: "text after a quoted value",
    text: lines("llm:", "  models:", "    default: 'gpt-5.5' # fine", "    triage: 'gpt' 5"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:4:19  expected the value or the line to end, got more text",
      "  fix: Check indentation, commas and quotes around this place.",
    ],
  },
  {
    title: "a value that begins with an at sign",
    text: lines("llm:", "  models:", "    default: @gpt"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:14  expected a plain value, got one that begins with a reserved character",
      "  fix: Put the value in quotes.",
    ],
  },
  {
    title: "an unknown escape",
    text: lines("llm:", "  models:", '    default: "gpt\\q"'),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:18  expected a known escape in double quotes, got another",
      "  fix: Use single quotes, or write the backslash twice.",
    ],
  },
  {
    title: "two documents",
    text: lines("llm: {}", "---", "llm: {}"),
    usable: false,
    codes: ["yaml-feature"],
    said: [
      "ktx.yaml:2:1  expected one document, got a second one after `---`",
      "  fix: Keep one document and remove the rest.",
    ],
  },
  {
    title: "an alias without an anchor",
    text: lines("llm:", "  provider: *codex"),
    usable: false,
    codes: ["yaml-feature"],
    said: [
      "ktx.yaml:2:13  expected an anchor above with the alias's name, got none",
      "  fix: Write the value in place of the alias.",
    ],
  },
  {
    title: "an alias to its own mapping",
    text: lines("llm: &llm", "  provider: *llm"),
    usable: false,
    codes: ["yaml-feature"],
    said: [
      "ktx.yaml:2:13  expected a value that ends, got an alias to a mapping that holds it",
      "  fix: Write the value in place of the alias.",
    ],
  },
  {
    title: "a merge key",
    text: lines("base: &base", "  backend: codex", "llm:", "  provider:", "    <<: *base"),
    usable: false,
    codes: ["yaml-feature"],
    said: [
      "ktx.yaml:5:5  expected keys, got a merge key, which YAML 1.2 does not have",
      "  fix: Write the merged keys out in place of `<<`.",
    ],
  },
  {
    title: "an unknown tag",
    text: lines("llm:", "  provider:", "    backend: !env codex"),
    usable: false,
    codes: ["missing-default-model", "yaml-feature"],
    said: [
      "ktx.yaml:1:1  llm.models.default: expected a model id, because backend is codex, got nothing",
      "  fix: Set llm.models.default to a model that `ktx models` lists.",
      "ktx.yaml:3:14  warning: expected a value without a tag, got an unknown tag",
      "  fix: Remove the tag (`!…`).",
    ],
  },
  {
    title: "an unknown directive",
    text: lines("%KTX 1", "---", "llm: {}"),
    usable: true,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:1:1  warning: expected no directive, got an unknown one",
      "  fix: Remove the line that begins with `%`.",
    ],
  },
  {
    title: "a list as a key",
    text: lines("? [llm]", ": {}"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:1:3  expected a text as key, got a list or a mapping",
      "  fix: Write the key as a plain word.",
    ],
  },
  {
    title: "a byte order mark before a wrong value",
    text: lines("\uFEFFllm: 1"),
    usable: false,
    codes: ["wrong-type"],
    said: [
      "ktx.yaml:1:6  llm: expected a mapping with provider and models, got number 1",
      "  fix: Write, for example, `llm: { provider: { backend: codex }, models: { default: gpt-5.5 } }`.",
    ],
  },
  {
    title: "Windows line ends",
    text: "llm:\r\n  provider:\r\n    backend: codx\r\n",
    usable: false,
    codes: ["wrong-value"],
    said: [
      'ktx.yaml:3:14  llm.provider.backend: expected `none` or `codex`, got "codx"',
      "  fix: Did you mean `backend: codex`?",
    ],
  },
  {
    title: "a wrong value behind an alias",
    text: lines("x: &x codx", "llm:", "  provider:", "    backend: *x"),
    usable: false,
    codes: ["unknown-key", "wrong-value"],
    said: [
      'ktx.yaml:1:1  warning: x: expected one of llm, batch, got "x", which has no effect',
      "  fix: Remove it, or make it a comment.",
      'ktx.yaml:4:14  llm.provider.backend: expected `none` or `codex`, got "codx"',
      "  fix: Did you mean `backend: codex`?",
    ],
  },
  {
    title: "bytes of another encoding",
    text: "l\u0000l\u0000m\u0000:\u0000",
    usable: false,
    codes: ["wrong-type"],
    said: [
      'ktx.yaml:1:1  expected a mapping with llm, got "l\\u0000l\\u0000m\\u0000:\\u0000"',
      "  fix: Write, for example, `{ llm: { provider: { backend: codex } } }`.",
    ],
  },
  {
    title: "aliases that multiply",
    text: lines(
      "a: &a [1,1,1,1,1,1,1,1,1,1]",
      "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]",
      "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]",
      "d: [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]",
    ),
    usable: false,
    codes: ["yaml-feature"],
    said: [
      "ktx.yaml:1:1  expected a few keys and values, got nesting or aliases that expand without bound",
      "  fix: Write the keys as a plain block mapping, and values in place of aliases.",
    ],
  },
  {
    title: "a missing comma",
    text: lines("llm: { provider: {} models: {} }"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:1:21  expected the value or the line to end, got more text",
      "  fix: Check indentation, commas and quotes around this place.",
    ],
  },
  {
    title: "a comment without a space before it",
    text: lines("llm:", "  models:", "    default: 'gpt-5.5'#fine"),
    usable: false,
    codes: ["yaml-syntax"],
    said: [
      "ktx.yaml:3:23  expected a space or a separator here, got none",
      "  fix: Put a space after the colon, the comma or before the comment.",
    ],
  },
];
