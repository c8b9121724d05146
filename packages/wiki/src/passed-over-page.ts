import type { PassedOver } from "./walk-folder.ts";

/** A page, or a folder of pages, that is neither listed nor searched, and why. */
export interface PassedOverPage {
  /** Below the wiki's folder, with `/`; empty for that folder itself. */
  readonly name: string;
  /** The reason and the next step. */
  readonly message: string;
}

/** Says why a walk has passed over something. Pure. */
export function describePassedOver({ path, reason }: PassedOver): PassedOverPage {
  return { name: path, message: messages[reason] };
}

const messages: Readonly<Record<PassedOver["reason"], string>> = {
  link: "It is a link, and links are not followed: the page is neither listed nor searched. Put the file itself in its place.",
  "folder-link":
    "It is a link to a folder, and links are not followed: its pages are neither listed nor searched. Put the folder itself in its place.",
  unreadable: "It cannot be read, and is neither listed nor searched. Check its permissions.",
  name: "Its name is not valid UTF-8, and so it is neither listed nor searched. Rename it.",
  "no-file":
    "It is a pipe or a device and no file, and is neither listed nor searched. Remove or rename it.",
  "too-many":
    "The wiki has more than 200,000 pages: this one, and those behind it, are neither listed nor searched. Split the wiki.",
};
