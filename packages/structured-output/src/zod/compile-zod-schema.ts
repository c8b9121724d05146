import type { z } from "zod";
import { type CompiledNode, nodeWith } from "../nodes/compiled-node.ts";
import { deferredNode } from "../nodes/deferred-node.ts";
import { noteNode } from "../nodes/note-node.ts";
import { unlessRefused, UnsupportedOutputSchemaError } from "../unsupported-output-schema-error.ts";
import { compileStructure, type Walk } from "./compile-structure.ts";
import { noteOf, refinementNoteOf } from "./note-of.ts";
import { parsed } from "./compile-pipe.ts";
import { refuse } from "../refuse.ts";

/** Compiles the input side of a zod schema. */
export function compileZodSchema(root: z.core.SomeType): CompiledNode {
  return compileApart(root, new Set());
}

/** @param apart The schemas whose separate compilation is in progress. */
function compileApart(root: z.core.SomeType, apart: ReadonlySet<object>): CompiledNode {
  const structures = new Map<object, CompiledNode>();
  const open = new Set<object>();
  const walk: Walk = {
    // A described copy of a schema shares its definition, and therefore its structure.
    option: (schema, path) => noteNode(structureOf(schema, path), noteOf(schema)),
    compile(schema, path) {
      const { type } = schema._zod.def;
      const node = walk.option(schema, path);
      if (node.options?.length === 0) throw refuse(choices.has(type) ? "noOption" : "never", path);
      if (type === "undefined" || type === "void") throw refuse("undefined", path);
      return node;
    },
    apart(schema) {
      if (apart.has(schema._zod.def)) return;
      return unlessRefused(() => compileApart(schema, new Set([...apart, schema._zod.def])));
    },
  };

  function structureOf(schema: z.core.SomeType, path: string): CompiledNode {
    const { def } = schema._zod;
    const known = structures.get(def);
    if (known !== undefined) return known;
    if (open.size + apart.size >= deepest) throw tooDeep(path);
    const deferred = deferredNode();
    structures.set(def, deferred);
    open.add(def);
    const structure = compileStructure(schema, path, walk);
    if (structure === deferred || Object.prototype.isPrototypeOf.call(deferred, structure))
      throw refuse("itself", path);
    const node = noteNode(
      structure.options === undefined
        ? nodeWith(structure, { accepts: (value) => parsed(schema, value) !== undefined })
        : structure,
      refinementNoteOf(schema),
    );
    deferred.settle(node);
    structures.set(def, node);
    open.delete(def);
    return node;
  }

  return walk.compile(root, "$");
}

const choices: ReadonlySet<string> = new Set(["enum", "literal", "union"]);

/** Far more than the service accepts: only a schema that creates new schemas during the walk reaches it. */
const deepest = 200;

function tooDeep(path: string): UnsupportedOutputSchemaError {
  return new UnsupportedOutputSchemaError({
    code: "limit",
    path: `${path.slice(0, 80)}…`,
    reason: `more than ${deepest} schemas are nested in each other`,
    suggestion:
      "If the schema is recursive, refer to the same schema object each time instead of creating a new one.",
  });
}
