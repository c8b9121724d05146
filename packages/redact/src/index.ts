export { findSecrets } from "./find-secrets.ts";
export { boundValue, type ValueBounds } from "./bound-value.ts";
export { redactCredentials, redactReport } from "./redact-report.ts";
export { redactNamed } from "./redact-named.ts";
export { redactValue } from "./redact-value.ts";
export { RedactedTail } from "./redacted-tail.ts";
export { type Redact, Redactor } from "./redactor.ts";
