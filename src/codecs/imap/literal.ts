/** RFC 3501 §4.3, RFC 7888: what the end of a line says about the octets that follow it. */
export interface LiteralMark {
  readonly octets: number
  /** The client waits for a continuation before it sends the octets. */
  readonly waits: boolean
}

/** RFC 7888 §5: octets of the largest literal that is not waited with, where LITERAL- is what is offered. */
export const SMALL_LITERAL = 4096

const mark = /\{(\d{1,20})(\+?)\}$/
/** The longest mark: braces, twenty digits and a plus. */
const longest = 23

/** The literal that a line announces, if it ends in one. */
export function literalAt(line: Buffer): LiteralMark | undefined {
  if (line[line.length - 1] !== 0x7d) return undefined
  const found = mark.exec(line.toString('latin1', Math.max(0, line.length - longest)))
  return found ? { octets: Number(found[1]), waits: found[2] === '' } : undefined
}
