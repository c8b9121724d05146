export { type Conversation, MemoryThreads } from "./memory-threads.ts";
