/** Keeps the cut-off parts of long results until the model asks for them. The oldest is dropped first when space runs out. */
export interface ResultPages {
  /** Returns a cursor for the text, or undefined when it is too long to keep. */
  keep(toolName: string, text: string): string | undefined;
  /** The text of a cursor of this tool. It stays, so that a repeated call gets the same answer. */
  find(toolName: string, cursor: string): string | undefined;
}

export function createResultPages(): ResultPages {
  const pages = new Map<string, { readonly toolName: string; readonly text: string }>();
  let kept = 0;
  let characters = 0;
  return {
    keep(toolName, text) {
      if (text.length > maxCharacters) return undefined;
      kept += 1;
      const cursor = `page-${kept}`;
      pages.set(cursor, { toolName, text });
      characters += text.length;
      for (const [oldest, page] of pages) {
        if (pages.size <= maxPages && characters <= maxCharacters) break;
        pages.delete(oldest);
        characters -= page.text.length;
      }
      return cursor;
    },
    find(toolName, cursor) {
      const page = pages.get(cursor);
      return page?.toolName === toolName ? page.text : undefined;
    },
  };
}

const maxPages = 64;
const maxCharacters = 32 * 1024 * 1024;
