/** A part of the site's navigation: titles, and the places of their pages. */
export interface NavigationPart {
  readonly text: string;
  readonly pages: readonly (readonly [title: string, place: string])[];
}

export const navigation: readonly NavigationPart[] = [
  {
    text: "Start",
    pages: [
      ["In the terminal", "/docs/start/terminal"],
      ["In a program", "/docs/start/program"],
      ["With one package", "/docs/start/one-package"],
      ["Examples", "/examples/"],
    ],
  },
  {
    text: "Guides",
    pages: [
      ["Tools", "/docs/guides/tools"],
      ["Structured output", "/docs/guides/structured-output"],
      ["Budgets and limits", "/docs/guides/budgets-and-limits"],
      ["Conversations and streaming", "/docs/guides/conversations-and-streaming"],
      ["Isolation", "/docs/guides/isolation"],
      ["Transports", "/docs/guides/transports"],
      ["Custom endpoints", "/docs/guides/endpoints"],
      ["Testing offline", "/docs/guides/testing-offline"],
      ["Ingest", "/docs/guides/ingest"],
      ["A wiki that agents read", "/docs/guides/wiki"],
      ["Many prompts", "/docs/guides/batch"],
      ["Many machines", "/docs/guides/many-machines"],
      ["AI SDK", "/docs/guides/ai-sdk"],
      ["Telemetry", "/docs/guides/telemetry"],
    ],
  },
  {
    text: "Look it up",
    pages: [
      ["Failures", "/docs/failures"],
      ["Troubleshooting", "/docs/troubleshooting"],
      ["Security model", "/docs/security-model"],
      ["Versions of Codex", "/docs/codex-versions"],
      ["Benchmarks", "/docs/benchmarks"],
      ["Support", "/docs/support"],
      ["Architecture", "/ARCHITECTURE"],
      ["The command", "/apps/ktx/"],
      ["Reference", "/reference/"],
    ],
  },
];
