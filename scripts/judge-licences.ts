/** A package that is installed, as `pnpm licenses list` names it. */
export interface LicensedPackage {
  readonly name: string;
  readonly license: string;
}

/** Licences under which a user of ktx may do all that ktx's own licence, Apache-2.0, allows. */
const permissive: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
  "Zlib",
]);

/** Of the tools of this repository, which no package ships: their files are unchanged and stay apart. */
const alsoForTools: ReadonlySet<string> = new Set(["MPL-2.0", "Python-2.0"]);

/** Licences that a manifest names loosely, as the text beside it says them. */
const readFromText: Readonly<Record<string, string>> = {
  duck: "BSD-2-Clause",
  speakingurl: "BSD-3-Clause",
};

/** The packages whose licence nobody has allowed. An expression is allowed if one of its choices is. */
export function judgeLicences(
  packages: readonly LicensedPackage[],
  shipped: boolean,
): readonly LicensedPackage[] {
  const allowed = (licence: string): boolean =>
    permissive.has(licence) || (!shipped && alsoForTools.has(licence));
  return packages.filter(
    ({ name, license }) =>
      !choices(readFromText[name] ?? license).some((all) => all.every(allowed)),
  );
}

/** `(MIT OR Apache-2.0)` as its choices, each of them a list of licences that hold together. */
function choices(expression: string): readonly (readonly string[])[] {
  return expression
    .replace(/[()]/g, "")
    .split(/ OR /i)
    .map((choice) => choice.split(/ AND /i).map((licence) => licence.trim()));
}
