import { UnsupportedFunctionalityError } from "@ai-sdk/provider";

/** The error of each call of a disposed provider, and of the calls that the disposal ended. */
export function disposedError(): Error {
  return new UnsupportedFunctionalityError({
    functionality: "a call of a disposed provider",
    message:
      "This provider was disposed: it has ended its calls and makes no more. Dispose it at the end of the program, or make another one with createKtx.",
  });
}
