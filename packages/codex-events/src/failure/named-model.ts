/** The model that a refusal names, as the service spells it. */
export function findNamedModel(sentence: string): string | undefined {
  return namings
    .map((naming) => naming.exec(sentence)?.groups?.["model"])
    .find((model) => model !== undefined && model !== "None");
}

const namings: readonly RegExp[] = [
  // The 'x' model is not supported.
  /[`'"](?<model>[^`'"]+)[`'"] model\b/i,
  // The model `x` does not exist. model "x" not found. Invalid model identifier "x".
  /\bmodel (?:identifier )?[`'"](?<model>[^`'"]+)[`'"]/i,
  // Invalid model name passed in model=x. Call …
  /\bmodel=(?<model>[^\s,'"`]*[^\s,'"`.])/,
  /(?<model>\S+) is not a valid model ID\b/,
  /^No endpoints found for (?<model>\S*[^\s.])/,
];
