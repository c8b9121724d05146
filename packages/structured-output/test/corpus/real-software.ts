import { z } from "zod";

const semver = z.string().regex(/^\d+\.\d+\.\d+$/);
const severity = z.enum(["error", "warning", "info"]);

const comment = z.object({
  author: z.string(),
  body: z.string(),
  createdAt: z.date(),
  get replies() {
    return z.array(comment);
  },
});

const fileTree = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("file"), name: z.string(), bytes: z.bigint() }),
  z.object({
    kind: z.literal("folder"),
    name: z.string(),
    get entries() {
      return z.array(fileTree);
    },
  }),
]) as z.ZodType;

const expression: z.ZodType = z.lazy(() =>
  z.discriminatedUnion("type", [
    z.object({ type: z.literal("number"), value: z.number() }),
    z.object({ type: z.literal("string"), value: z.string() }),
    z.object({ type: z.literal("name"), name: z.string() }),
    z.object({ type: z.literal("unary"), operator: z.enum(["-", "!"]), argument: expression }),
    z.object({
      type: z.literal("binary"),
      operator: z.enum(["+", "-", "*", "/", "==", "<"]),
      left: expression,
      right: expression,
    }),
    z.object({ type: z.literal("call"), callee: expression, arguments: z.array(expression) }),
    z.object({
      type: z.literal("conditional"),
      test: expression,
      consequent: expression,
      alternate: expression.optional(),
    }),
  ]),
);

const statement: z.ZodType = z.lazy(() =>
  z.union([
    z.object({ type: z.literal("let"), name: z.string(), value: expression.optional() }),
    z.object({
      type: z.literal("if"),
      test: expression,
      consequent: z.array(statement),
      alternate: z.array(statement).nullish(),
    }),
    z.object({ type: z.literal("return"), value: expression.nullable() }),
  ]),
);

const jsonSchema: z.ZodType = z.lazy(() =>
  z.object({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    properties: z.record(z.string(), jsonSchema).optional(),
    items: jsonSchema.optional(),
    required: z.array(z.string()).optional(),
    enum: z.array(z.json()).optional(),
    additionalProperties: z.union([z.boolean(), jsonSchema]).optional(),
    description: z.string().optional(),
  }),
);

const query: z.ZodType = z.lazy(() =>
  z.union([
    z.object({
      field: z.string(),
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    }),
    z.object({ field: z.string(), between: z.tuple([z.date(), z.date()]) }),
    z.object({ and: z.array(query) }),
    z.object({ or: z.array(query) }),
    z.object({ not: query }),
  ]),
);

const plugin = z.union([z.string(), z.tuple([z.string(), z.record(z.string(), z.unknown())])]);

/** What programs exchange: configuration, APIs, syntax trees, reviews, plans. */
export const software: Readonly<Record<string, z.ZodType>> = {
  "package manifest": z.looseObject({
    name: z.string(),
    version: semver,
    private: z.boolean().optional(),
    type: z.enum(["module", "commonjs"]).default("commonjs"),
    bin: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
    scripts: z.record(z.string(), z.string()).optional(),
    dependencies: z.record(z.string(), z.string()).optional(),
    engines: z.object({ node: z.string() }).partial().optional(),
    author: z
      .union([
        z.string(),
        z.object({ name: z.string(), email: z.email().optional(), url: z.url().optional() }),
      ])
      .optional(),
  }),
  "linter configuration": z.object({
    extends: z.union([z.string(), z.array(z.string())]).optional(),
    plugins: z.array(plugin).default([]),
    rules: z.record(
      z.string(),
      z.union([
        z.enum(["off", "warn", "error"]),
        z.tuple([z.enum(["warn", "error"])], z.unknown()),
      ]),
    ),
    overrides: z
      .array(
        z.object({ files: z.array(z.string()).min(1), rules: z.record(z.string(), z.unknown()) }),
      )
      .optional(),
  }),
  "CI workflow": z.object({
    name: z.string().optional(),
    on: z.union([
      z.enum(["push", "pull_request"]),
      z.array(z.string()),
      z.partialRecord(z.enum(["push", "schedule"]), z.unknown()),
    ]),
    env: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
    jobs: z.record(
      z.string(),
      z.object({
        "runs-on": z.string(),
        needs: z.union([z.string(), z.array(z.string())]).optional(),
        steps: z.array(
          z.union([
            z.object({ uses: z.string(), with: z.record(z.string(), z.string()).optional() }),
            z.object({ run: z.string(), shell: z.string().optional() }),
          ]),
        ),
      }),
    ),
  }),
  "compiler options": z.strictObject({
    strict: z.boolean().optional(),
    target: z.enum(["es2020", "es2022", "esnext"]).optional(),
    lib: z.array(z.string()).optional(),
    paths: z.record(z.string(), z.array(z.string())).optional(),
    plugins: z.array(z.looseObject({ name: z.string() })).optional(),
  }),
  "container deployment": z.object({
    apiVersion: z.literal("apps/v1"),
    kind: z.literal("Deployment"),
    metadata: z.object({
      name: z.string(),
      namespace: z.string().default("default"),
      labels: z.record(z.string(), z.string()).optional(),
    }),
    spec: z.object({
      replicas: z.int().min(0).optional(),
      template: z.object({
        containers: z.array(
          z.object({
            name: z.string(),
            image: z.string(),
            env: z
              .array(
                z.object({
                  name: z.string(),
                  value: z.string().optional(),
                  secret: z.object({ name: z.string(), key: z.string() }).optional(),
                }),
              )
              .optional(),
            ports: z
              .array(
                z.object({
                  containerPort: z.int(),
                  protocol: z.enum(["TCP", "UDP"]).default("TCP"),
                }),
              )
              .optional(),
          }),
        ),
      }),
    }),
  }),
  "REST error": z
    .object({
      type: z.url().optional(),
      title: z.string(),
      status: z.int().min(400).max(599),
      detail: z.string().optional(),
    })
    .catchall(z.json()),
  "paginated API answer": z.object({
    data: z.array(
      z.object({
        id: z.union([z.int(), z.uuid()]),
        attributes: z.record(z.string(), z.unknown()),
        links: z.object({ self: z.url() }).optional(),
      }),
    ),
    meta: z.object({ total: z.int().nullable(), next: z.string().nullable() }),
  }),
  "webhook event": z.object({
    id: z.string(),
    receivedAt: z.coerce.date<Date>(),
    payload: z.discriminatedUnion("event", [
      z.object({
        event: z.literal("push"),
        ref: z.string(),
        commits: z.array(z.object({ sha: z.string().length(40), message: z.string() })),
      }),
      z.object({
        event: z.literal("issues"),
        action: z.enum(["opened", "closed"]),
        number: z.int(),
      }),
      z.object({ event: z.literal("ping"), zen: z.string().optional() }),
    ]),
  }),
  "OpenAPI fragment": z.object({
    openapi: z.templateLiteral(["3.", z.int().min(0)]),
    paths: z.record(
      z.string(),
      z.partialRecord(
        z.enum(["get", "put", "post", "delete"]),
        z.object({
          summary: z.string().optional(),
          responses: z.record(z.string(), z.object({ description: z.string() })),
        }),
      ),
    ),
  }),
  "JSON Schema": jsonSchema,
  "syntax tree of an expression": expression,
  "syntax tree of a program": z.object({
    body: z.array(statement),
    comments: z.map(z.int(), z.string()).optional(),
  }),
  "query language": query,
  "recursive comments": z.object({ post: z.url(), comments: z.array(comment) }),
  "file tree": fileTree,
  "code review": z.object({
    verdict: z.enum(["approve", "request-changes", "comment"]),
    findings: z.array(
      z.object({
        file: z.string(),
        lines: z.union([z.int(), z.tuple([z.int(), z.int()])]),
        severity,
        message: z.string(),
        suggestion: z.string().optional(),
        confidence: z.number().min(0).max(1),
      }),
    ),
    summary: z.string(),
  }),
  "plan with steps": z.object({
    goal: z.string(),
    steps: z.array(
      z.object({
        id: z.int(),
        action: z.string(),
        dependsOn: z.set(z.int()).default(new Set()),
        done: z.boolean().default(false),
      }),
    ),
    risks: z
      .array(z.object({ what: z.string(), likelihood: z.enum(["low", "high"]).nullable() }))
      .optional(),
  }),
  "database schema": z.object({
    tables: z.record(
      z.string(),
      z.object({
        columns: z.array(
          z.object({
            name: z.string(),
            type: z.union([
              z.enum(["int", "text", "bool", "timestamp"]),
              z.object({ enum: z.array(z.string()) }),
            ]),
            nullable: z.boolean().default(true),
            default: z.union([z.string(), z.number(), z.null()]).optional(),
          }),
        ),
        primaryKey: z.array(z.string()),
        indexes: z
          .array(z.object({ columns: z.array(z.string()), unique: z.boolean().optional() }))
          .optional(),
      }),
    ),
  }),
  "SQL generation": z.object({
    sql: z.string(),
    parameters: z.array(
      z.union([z.string(), z.number(), z.boolean(), z.date(), z.bigint(), z.null()]),
    ),
    explanation: z.string().optional(),
  }),
  "commit message": z.object({
    type: z.enum(["feat", "fix", "docs", "refactor", "test", "build"]),
    scope: z.string().optional(),
    subject: z.string().max(72),
    body: z.string().nullish(),
    breaking: z.boolean(),
  }),
  "log entry": z.looseObject({
    time: z.date(),
    level: severity,
    message: z.string(),
    error: z.object({ name: z.string(), stack: z.array(z.string()).optional() }).optional(),
  }),
  "state machine": z.object({
    initial: z.string(),
    states: z.record(
      z.string(),
      z.object({
        on: z
          .record(
            z.string(),
            z.union([z.string(), z.object({ target: z.string(), guard: z.string().optional() })]),
          )
          .optional(),
        final: z.literal(true).optional(),
      }),
    ),
  }),
  "feature flags": z.record(
    z.string(),
    z.union([
      z.boolean(),
      z.object({ rollout: z.number().min(0).max(100), salt: z.string().optional() }),
      z.array(z.string()),
    ]),
  ),
  "theme tokens": z.object({
    color: z.record(
      z.string(),
      z.union([z.templateLiteral(["#", z.string()]), z.record(z.string(), z.string())]),
    ),
    spacing: z.array(z.number()),
    breakpoints: z.map(z.string(), z.number()),
  }),
  "chat transcript": z.array(
    z.discriminatedUnion("role", [
      z.object({
        role: z.literal("user"),
        content: z.union([
          z.string(),
          z.array(z.union([z.object({ text: z.string() }), z.object({ image: z.url() })])),
        ]),
      }),
      z.object({
        role: z.literal("assistant"),
        content: z.string().nullable(),
        toolCalls: z
          .array(z.object({ name: z.string(), arguments: z.record(z.string(), z.json()) }))
          .optional(),
      }),
      z.object({ role: z.literal("tool"), callId: z.string(), result: z.unknown() }),
    ]),
  ),
};
