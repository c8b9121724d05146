import { dirname } from "node:path";

/** The fix for a module that cannot be loaded. Pure. */
export function importAdvice(error: unknown, file: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  switch (code) {
    case "ERR_MODULE_NOT_FOUND":
    case "MODULE_NOT_FOUND":
      return missingImport(message, file);
    case "ERR_PACKAGE_PATH_NOT_EXPORTED":
      return "Correct the import, or install the version of the package that has this export.";
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return "Give it in TypeScript (.ts, .mts) or JavaScript (.js, .mjs).";
    case "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX":
      return "Node only strips the types of TypeScript. Remove enums, namespaces and parameter properties, or compile the module first.";
    case "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING":
      return "Node does not run TypeScript from node_modules. Import the compiled JavaScript of the package.";
    default:
      break;
  }
  if (error instanceof SyntaxError)
    return "Correct the syntax, or the name of the import. `node` with this file shows the line.";
  return `Correct the module. \`node ${file}\` shows where it throws.`;
}

/**
 * Node quotes the missing module: a package as it is imported, a file as a path. `require` calls both a
 * module.
 */
function missingImport(message: string, file: string): string {
  const [, name = ""] = /^Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
  if (/^(?:[./\\]|[A-Za-z]:|$)/.test(name))
    return "Correct the path of the import. It needs the file's extension, as in ./helper.ts.";
  const [, importer = file] = / imported from (.+)$/m.exec(message) ?? [];
  const npm = `Install it for the module: npm install ${packageOf(name)}, in ${dirname(importer)} or a folder above it.`;
  return name.startsWith("@ktx/") ? `${npm} ${unpublished}` : npm;
}

/** `lodash` of `lodash/fp`, `@scope/name` of `@scope/name/part`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const unpublished =
  "Until @ktx is published, install the packages that a clone of ktx packs, as its README shows. A tool may also be a plain object with name, description, inputSchema and execute.";
