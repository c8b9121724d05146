/** One line of a chat: a prompt for the model, or a command for ktx. */
export type ChatLine =
  | { readonly type: "prompt"; readonly prompt: string }
  | { readonly type: "help" }
  | { readonly type: "exit" }
  | { readonly type: "tools" }
  /** Without an id: the present model is asked for. */
  | { readonly type: "model"; readonly model?: string }
  | { readonly type: "unknown"; readonly command: string }
  | { readonly type: "empty" };

/** Reads what the user entered. A prompt that starts with a slash is written with two. Pure. */
export function parseChatLine(entered: string): ChatLine {
  const text = entered.trim();
  if (text === "") return { type: "empty" };
  if (text.startsWith("//")) return { type: "prompt", prompt: text.slice(1) };
  if (!text.startsWith("/")) return { type: "prompt", prompt: text };
  const [command = "", ...rest] = text.split(/\s+/);
  const [model] = rest;
  switch (command) {
    case "/help":
    case "/?":
      return { type: "help" };
    case "/exit":
    case "/quit":
      return { type: "exit" };
    case "/tools":
      return { type: "tools" };
    case "/model":
      return model === undefined ? { type: "model" } : { type: "model", model };
    default:
      return { type: "unknown", command };
  }
}

/** The output of `/help`. */
export const chatHelp: string = `Enter sends the prompt. Alt-Enter starts a new line in it (shown as ⏎); pasted
lines stay together. The arrow keys bring back earlier prompts.

  /model [id]  show the model, or go on with another one
  /tools       list the tools that the model may call
  /help        print this
  /exit        leave; Ctrl-D does so, too

Ctrl-C stops the answer. At an empty prompt, a second Ctrl-C leaves.
A prompt that starts with a slash is written with two: //etc/hosts is …
`;
