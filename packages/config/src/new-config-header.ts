/** The path of the JSON Schema's copy in the header: relative to `ktx.yaml`. */
export const schemaReference = ".ktx/ktx.schema.json";

/** The beginning of a new `ktx.yaml`. YAML language servers find the schema by its first line. */
export const newConfigHeader: string = `# yaml-language-server: $schema=${schemaReference}
#
# Which language model this project uses. \`ktx setup\` updates this file and keeps what you
# write into it; \`ktx status\` says whether it is ready.
#
#   llm.provider.backend             none | codex
#   llm.provider.codex.isolation     strict: nothing of your own Codex reaches the model
#                                    host: your own Codex configuration counts too
#   llm.provider.codex.api_key_env   the name of the variable that holds an API key, never the
#                                    key; without it, the sign-in of \`ktx login\` is used
#   llm.provider.codex.endpoint      { base_url, api_key_env }: another Responses-compatible
#                                    service, for example a local one
#   llm.models                       default, and for single roles: triage,
#                                    candidateExtraction, curator, reconcile, repair
#   llm.reasoning_effort             how long the models think, such as low or high; \`ktx models\`
#                                    lists the efforts of each

`;
