import { LineEnds } from '../../codecs/smtp/data.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Upload } from '../../core/uploads/upload.ts'
import type { SizeLimit } from '../../domain/transport/types.ts'

/** Why a message cannot be taken. */
type Failure = 'too-big' | 'no-room' | 'disk-full' | 'nul-octet' | SizeLimit

/** A message may lose or gain so much of its header on its way into a mailbox, and smaller ones are judged at their end. */
const HEADER = 1024 * 1024

const nothing = Buffer.alloc(0)

/**
 * A message on its way in, made one of lines unless it is binary, within the size that is taken. What does not fit is
 * counted and forgotten.
 */
export class Incoming {
  readonly #limit: number
  readonly #askLimit: () => Promise<SizeLimit | undefined>
  readonly #upload: Upload
  readonly #lineEnds: LineEnds | undefined
  #octets = 0
  /** Undefined until it was asked for. */
  #sizeLimit: SizeLimit | 'none' | undefined
  #failure: Failure | undefined

  /** `sizeLimit` is asked once, when the message has grown to a size at which it matters. */
  constructor(how: {
    readonly limit: number
    readonly sizeLimit: () => Promise<SizeLimit | undefined>
    readonly upload: Upload
    readonly binary: boolean
  }) {
    this.#limit = how.limit
    this.#askLimit = how.sizeLimit
    this.#upload = how.upload
    this.#lineEnds = how.binary ? undefined : new LineEnds()
  }

  /** Octets that came, whether or not they were kept. */
  get octets(): number {
    return this.#octets
  }

  /** Why the message cannot be taken. */
  get failure(): Failure | undefined {
    return this.#failure ?? this.#failed(this.#upload.failure)
  }

  /** The next piece may come when the promise, if there is one, resolves. */
  add(piece: Buffer): Promise<void> | undefined {
    this.#octets += piece.length
    if (this.failure !== undefined) return undefined
    if (this.#octets > this.#limit) return this.#fail('too-big')
    if (this.#octets > HEADER && this.#sizeLimit === undefined) return this.#judged(piece)
    return this.#keep(piece)
  }

  #keep(piece: Buffer): Promise<void> | undefined {
    const limit = this.#sizeLimit
    if (typeof limit === 'object' && this.#octets > limit.octets + HEADER) return this.#fail(limit)
    if (!this.#lineEnds) return this.#upload.add(piece)
    // RFC 5321 §4.5.2: but in a binary message (RFC 3030 §3), there is none.
    if (piece.includes(0)) return this.#fail('nul-octet')
    const parts = this.#lineEnds.push(piece)
    return parts.length === 1 ? this.#upload.add(parts[0]!) : this.#addAll(parts)
  }

  /** The whole message, and nothing of one that cannot be taken. Its memory is held until {@link drop}. */
  async whole(): Promise<Buffer> {
    if (this.failure !== undefined) return nothing
    if (this.#lineEnds) await this.#upload.add(this.#lineEnds.end())
    try {
      return await this.#upload.whole()
    } catch (thrown) {
      if (!this.#failed(thrown)) throw thrown
      return nothing
    }
  }

  drop(): void {
    this.#upload.drop()
  }

  async #judged(piece: Buffer): Promise<void> {
    this.#sizeLimit = (await this.#askLimit()) ?? 'none'
    await this.#keep(piece)
  }

  async #addAll(parts: readonly Buffer[]): Promise<void> {
    for (const part of parts) {
      const kept = this.#upload.add(part)
      if (kept) await kept
    }
  }

  #failed(thrown: unknown): Failure | undefined {
    if (!(thrown instanceof Refusal)) return undefined
    this.#failure ??= thrown.reason === 'no-room' ? 'disk-full' : 'no-room'
    return this.#failure
  }

  #fail(why: Failure): undefined {
    this.#failure ??= why
    this.drop()
  }
}
