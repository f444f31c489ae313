const LF = 0x0a
const CR = 0x0d
const end = Buffer.from('\r\n')

/**
 * A message in lines as RFC 5321 §2.3.8 has them: a bare LF becomes CRLF, and a last line without an end gets one. A bare
 * CR ends nothing and stays. The message itself when nothing has to change.
 */
export function inLines(message: Buffer): Buffer {
  const pieces: Buffer[] = []
  let copied = 0
  for (let at = message.indexOf(LF); at >= 0; at = message.indexOf(LF, at + 1)) {
    if (at > 0 && message[at - 1] === CR) continue
    pieces.push(message.subarray(copied, at), end)
    copied = at + 1
  }
  if (message.length > 0 && message.at(-1) !== LF) pieces.push(message.subarray(copied), end)
  else if (copied > 0) pieces.push(message.subarray(copied))
  return pieces.length === 0 ? message : Buffer.concat(pieces)
}
