export { attribute, metric, schemaUrl } from "./conventions.ts";
export { type InstrumentationOptions, instrumentKtx } from "./instrument-ktx.ts";
export { traceWorkflow, type WorkflowOptions } from "./trace-workflow.ts";
