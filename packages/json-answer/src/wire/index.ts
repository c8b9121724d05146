export { fitsWire, hasRoom, isJsonObject, mayFitWire, resemblesWire } from "./fits-wire.ts";
export { mayBecomeScalar } from "./may-become.ts";
export { sentences } from "./sentences.ts";
export { type JsonSchema, toJsonSchema } from "./to-json-schema.ts";
export {
  anyString,
  firstKeyOf,
  nullWire,
  type Wire,
  type WireArray,
  type WireObject,
  type WireValue,
  type Written,
} from "./wire.ts";
export { wiresOverlap } from "./wires-overlap.ts";
