export interface BodyLimits {
  readonly maxMessageBytes: number;
  /** True for a stream of events, whose limit holds for each event. */
  readonly isStream: boolean;
}

export interface BodyEnd {
  /** True when the events had ids, so that the client may ask for the rest of them. */
  readonly isResumable: boolean;
}

/**
 * The body of a response; it fails on a message that is too long.
 *
 * @param onEnd Called when it ends, fails or is cancelled.
 */
export function watchBody(
  body: ReadableStream<Uint8Array>,
  { maxMessageBytes, isStream }: BodyLimits,
  onEnd: (end: BodyEnd) => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  let bytes = 0;
  let isResumable = false;
  const end = (): void => onEnd({ isResumable });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (done) {
            controller.close();
            end();
            return;
          }
          const text = isStream ? Buffer.from(value).toString("latin1") : "";
          isResumable ||= /^id:/m.test(text);
          const eventEnd = Math.max(...eventEnds.map((mark) => text.lastIndexOf(mark)));
          bytes = eventEnd < 0 ? bytes + value.length : value.length - eventEnd;
          if (bytes > maxMessageBytes)
            throw new Error(`a message has more than ${maxMessageBytes} bytes`);
          controller.enqueue(value);
        } catch (error) {
          controller.error(error);
          end();
          await reader.cancel(error).catch(() => {});
        }
      },
      cancel(reason) {
        end();
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

/** The blank line after an event. */
const eventEnds = ["\n\n", "\r\n\r\n", "\r\r"];
