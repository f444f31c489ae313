const CR = 0x0d
const LF = 0x0a

/** Bare LF becomes CRLF, as mail travels; what has only CRLF stays the same object. */
export function withCrlf(bytes: Buffer): Buffer {
  let bare = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) if (bytes[at - 1] !== CR) bare++
  if (bare === 0) return bytes
  const whole = Buffer.allocUnsafe(bytes.length + bare)
  let from = 0
  let to = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] === CR) continue
    to += bytes.copy(whole, to, from, at)
    whole[to++] = CR
    from = at
  }
  bytes.copy(whole, to, from)
  return whole
}
