import { expect, test } from "vitest";
import { judgeFirstAnswer } from "../src/judge-first-answer.ts";

/** A message of this type, whose length is that of its body. */
function message(type: string, body: string | readonly number[]): Buffer {
  const bytes = typeof body === "string" ? Buffer.from(body, "latin1") : Buffer.from(body);
  const head = Buffer.from([type.charCodeAt(0), 0, 0, 0, 0]);
  head.writeUInt32BE(bytes.length + 4, 1);
  return Buffer.concat([head, bytes]);
}

const failure = message("E", "SFATAL\0VFATAL\0C28P01\0Mwrong password\0\0");
const signIn = message("R", "\0\0\0\nSCRAM-SHA-256\0\0");

test("each first answer of a Postgres is one from its last byte on, also where more follows", () => {
  for (const whole of [
    failure,
    signIn,
    message("N", "SWARNING\0Ma notice\0\0"),
    message("R", [0, 0, 0, 0]),
    message("R", [0, 0, 0, 3]),
    message("R", [0, 0, 0, 5, 1, 2, 3, 4]),
    message("v", [0, 3, 0, 0, 0, 0, 0, 0]),
  ]) {
    for (let length = 1; length < whole.length; length += 1)
      expect(judgeFirstAnswer(whole.subarray(0, length))).toBe("partial");
    expect(judgeFirstAnswer(whole)).toBe("postgres");
    expect(judgeFirstAnswer(Buffer.concat([whole, Buffer.from("S\0")]))).toBe("postgres");
  }
  const early = Buffer.from("Ecould not fork new process for connection\n\0");
  expect(judgeFirstAnswer(early)).toBe("postgres");
});

test("a message that the client would read past its end is one of another protocol", () => {
  for (const bytes of [
    // The greetings of MySQL 5.7.44 and 8.0.36 behind lengths that make them a notice.
    Buffer.from("N\0\0\0\n5.7.44-log\0........", "latin1"),
    Buffer.from("N\0\0\0\n8.0.36\0", "latin1"),
    message("E", "Mno end"),
    message("E", "Mno last zero\0"),
    message("E", "Mone zero too many\0\0\0"),
    message("E", ""),
    message("N", "7no letter\0\0"),
    message("R", []),
    message("R", [0, 0]),
    message("R", [0, 0, 0, 5, 1]),
    message("R", [0, 0, 0, 10, 65, 66]),
    message("R", [0, 0, 0, 99]),
    Buffer.from("N\0\0\0\u0003", "latin1"),
    Buffer.from("R\0\u0001\0\u0001", "latin1"),
    Buffer.from("HTTP/1.1 400", "latin1"),
  ])
    expect([bytes.toString("latin1"), judgeFirstAnswer(bytes)]).toEqual([
      bytes.toString("latin1"),
      "other",
    ]);
});

test("a sign-in by GSSAPI or SSPI is one that the client lacks", () => {
  for (const code of [2, 6, 7, 9])
    expect(judgeFirstAnswer(message("R", [0, 0, 0, code]))).toBe("unknown sign-in");
});
