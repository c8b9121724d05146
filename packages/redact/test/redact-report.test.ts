import { expect, test } from "vitest";
import { redactCredentials, redactReport } from "../src/index.ts";

test.each([
  ["a field of a URL", "GET /a?token=abcdef123456&page=2", "GET /a?token=[redacted]&page=2"],
  ["a longer name", "access_token=abcdef123456", "access_token=[redacted]"],
  ["a key", "api-key='abcdef123456'", "api-key='[redacted]'"],
  ["a password", "PASSWORD=hunter22!", "PASSWORD=[redacted]"],
  [
    "a field of JSON",
    '{"client_secret": "abcdef 123456", "page": 1}',
    '{"client_secret": "[redacted]", "page": 1}',
  ],
  [
    "JSON in a text of JSON",
    String.raw`"{\"password\":\"abcdef123456\"}"`,
    String.raw`"{\"password\":\"[redacted]\"}"`,
  ],
  [
    "a value with a backslash and a quote",
    String.raw`{"password": "ab\\c\"defg\u0041h", "page": 1}`,
    '{"password": "[redacted]", "page": 1}',
  ],
  [
    "a field in a text of JSON, whose end stays",
    String.raw`{"text":"say \"password=abcdef123456\", and go"}`,
    String.raw`{"text":"say \"password=[redacted]\", and go"}`,
  ],
  [
    "a header in a text of JSON, whose end stays",
    String.raw`"say \"authorization: Basic dXNlcjpwYXNz\", and go"`,
    String.raw`"say \"authorization: [redacted]\", and go"`,
  ],
  ["a header", "Authorization: Basic dXNlcjpwYXNz, then", "Authorization: [redacted]"],
  ["a cookie", "set-cookie: sid=abcdef123456; Path=/", "set-cookie: [redacted]"],
  ["a key of a cloud", "AKIAIOSFODNN7EXAMPLE is refused", "[redacted] is refused"],
  ["a key of a forge", `ghp_${"a".repeat(36)}`, "[redacted]"],
  ["a key of OpenAI", "sk-proj-abcdefgh12345", "[redacted]"],
  ["a password in a URL", "https://me:hunter22@a.example/", "https://me:[redacted]@a.example/"],
  ["a private key", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----", "[redacted]"],
])("a text to pass on keeps no secret by its form: %s", (_, text, safe) => {
  expect(redactReport(text)).toBe(safe);
});

test.each([
  "export MY_TOKEN=$(openssl rand -hex 32) or MY_TOKEN=$OTHER_TOKEN",
  "token=[redacted]&page=1, Authorization: [redacted]",
  "Unexpected token: the reader expected a comma.",
  "max_tokens=4096, page_token=abcdef123456, token=12",
  'Set `cli_auth_credentials_store = "file"`, then run `ktx login --with-api-key` again.',
  "Set llm.provider.codex.api_key_env to OPENAI_API_KEY.",
  "--api-key-env: expected a name, got nothing.",
  "printenv OPENAI_API_KEY | ktx login --with-api-key",
])("and stays as it is without one: %s", (text) => {
  expect(redactReport(text)).toBe(text);
});

test("an answer of a model keeps its fields, and loses what can be nothing else", () => {
  expect(redactCredentials("const token=readToken(); // AKIAIOSFODNN7EXAMPLE")).toBe(
    "const token=readToken(); // [redacted]",
  );
});
