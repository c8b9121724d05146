/** The command that the completion scripts call. It is for them alone, so no help lists it. */
export const completionServer = "completion-server";
