export {
  followResponses,
  noResponses,
  type ResponseProgress,
  type ResponseStep,
} from "./follow-responses.ts";
export {
  type MessageId,
  parseServerMessage,
  type ServerMessage,
  type ServerNotification,
  type ServerRefusal,
  type ServerRequest,
} from "./parse-server-message.ts";
export { beginServerTurn, type DynamicToolNames, type ServerTurn } from "./server-turn.ts";
export { translateNotification, type TranslatedNotification } from "./translate-notification.ts";
