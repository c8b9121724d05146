/** Makes the terminal mark pasted text, so that its line breaks differ from the Enter key. */
export const pasteMarksOn = "\u001b[?2004h";
export const pasteMarksOff = "\u001b[?2004l";
