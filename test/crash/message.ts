/**
 * Returns the nth message of a round. Its bytes follow from its number, so a test that knows the number can check them.
 */
export function crashMessage(round: number, nth: number): Buffer {
  const size = (nth * 7919) % 20_000
  const octets = Buffer.alloc(size)
  for (let at = 0; at < size; at++) octets[at] = (at * 31 + nth * 17 + round) % 256
  return Buffer.concat([Buffer.from(`Subject: ${round}-${nth}\r\n\r\n`), octets])
}
