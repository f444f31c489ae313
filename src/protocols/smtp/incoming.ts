import { LineEnds } from '../../codecs/smtp/line-ends.ts'
import type { OctetBudget } from '../../core/octet-budget.ts'

const KIB = 1024
const FIRST_BLOCK = 64 * KIB
const LAST_BLOCK = 4 * KIB * KIB

/** Why a message cannot be taken. */
type Failure = 'too-big' | 'no-room' | 'nul-octet'

/**
 * A message on its way in, made one of lines unless it is binary. It is gathered in blocks, so that a client that sends an
 * octet at a time costs no more than its octets, within the size that is taken and a budget that all connections share.
 * What does not fit is counted and forgotten.
 */
export class Incoming {
  readonly #limit: number
  readonly #budget: OctetBudget
  readonly #lineEnds: LineEnds | undefined
  #blocks: Buffer[] = []
  /** Octets in the last block. */
  #filled = 0
  #octets = 0
  #failure: Failure | undefined
  #release: (() => void)[] = []

  constructor(how: { readonly limit: number; readonly budget: OctetBudget; readonly binary: boolean }) {
    this.#limit = how.limit
    this.#budget = how.budget
    this.#lineEnds = how.binary ? undefined : new LineEnds()
  }

  /** Octets that came, whether or not they were kept. */
  get octets(): number {
    return this.#octets
  }

  /** Why the message cannot be taken. */
  get failure(): Failure | undefined {
    return this.#failure
  }

  add(piece: Buffer): void {
    this.#octets += piece.length
    if (this.#octets > this.#limit) return this.#fail('too-big')
    if (!this.#lineEnds) return this.#keep(piece)
    // RFC 5321 §4.5.2: but in a binary message (RFC 3030 §3), there is none.
    if (piece.includes(0)) return this.#fail('nul-octet')
    for (const part of this.#lineEnds.push(piece)) this.#keep(part)
  }

  /** The whole message. The budget is held until {@link drop}. */
  whole(): Buffer {
    if (this.#lineEnds) this.#keep(this.#lineEnds.end())
    const blocks = this.#blocks.splice(0)
    const last = blocks.pop()?.subarray(0, this.#filled) ?? Buffer.alloc(0)
    return blocks.length === 0 ? last : Buffer.concat([...blocks, last])
  }

  drop(): void {
    this.#blocks = []
    for (const release of this.#release.splice(0)) release()
  }

  #keep(piece: Buffer): void {
    for (let from = 0; from < piece.length && this.#failure === undefined;) {
      const block = this.#block()
      if (block === undefined) return this.#fail('no-room')
      const copied = piece.copy(block, this.#filled, from)
      this.#filled += copied
      from += copied
    }
  }

  /** One with room; undefined when the budget has none. */
  #block(): Buffer | undefined {
    const last = this.#blocks.at(-1)
    if (last && this.#filled < last.length) return last
    const size = last ? Math.min(last.length * 2, LAST_BLOCK) : FIRST_BLOCK
    const release = this.#budget.tryTake(size)
    if (!release) return undefined
    this.#release.push(release)
    const block = Buffer.allocUnsafeSlow(size)
    this.#blocks.push(block)
    this.#filled = 0
    return block
  }

  #fail(why: Failure): void {
    this.#failure ??= why
    this.drop()
  }
}
