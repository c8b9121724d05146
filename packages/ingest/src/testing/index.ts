export { type ModelAction, playIngestModel } from "./play-ingest-model.ts";
