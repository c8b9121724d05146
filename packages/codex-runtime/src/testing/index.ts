export { createScriptedRuntime, type ScriptedRuntime } from "./scripted-runtime.ts";
export type { AskedTurn, RuntimeScript, ScriptedToolCall, ScriptedTurn } from "./scripted-turn.ts";
