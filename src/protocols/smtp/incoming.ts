import { LineEnds } from '../../codecs/smtp/data.ts'
import { Refusal } from '../../core/refusal.ts'
import type { Upload } from '../../core/uploads/upload.ts'
import type { SizeLimit } from '../../domain/transport/types.ts'

/** The reason why a message cannot be accepted. */
type Failure = 'too-big' | 'no-room' | 'disk-full' | 'nul-octet' | SizeLimit

/** The header may change by up to this many octets before delivery. Smaller messages are checked when complete. */
const HEADER = 1024 * 1024

const nothing = Buffer.alloc(0)

/**
 * An incoming message up to the maximum size. Its line ends become CRLF unless it is binary. Octets beyond the limit
 * are counted and discarded.
 */
export class Incoming {
  readonly #limit: number
  readonly #requestLimit: () => Promise<SizeLimit | undefined>
  readonly #upload: Upload
  readonly #lineEnds: LineEnds | undefined
  #octets = 0
  /** Undefined until the limit was requested. */
  #sizeLimit: SizeLimit | 'none' | undefined
  #failure: Failure | undefined

  /** `sizeLimit` is called once, when the message is large enough for it to matter. */
  constructor(options: {
    readonly limit: number
    readonly sizeLimit: () => Promise<SizeLimit | undefined>
    readonly upload: Upload
    readonly binary: boolean
  }) {
    this.#limit = options.limit
    this.#requestLimit = options.sizeLimit
    this.#upload = options.upload
    this.#lineEnds = options.binary ? undefined : new LineEnds()
  }

  /** Octets received, kept or not. */
  get octets(): number {
    return this.#octets
  }

  /** The reason why the message cannot be accepted, if there is one. */
  get failure(): Failure | undefined {
    return this.#failure ?? this.#failed(this.#upload.failure)
  }

  /** If it returns a promise, the next piece may come when that resolves. */
  add(piece: Buffer): Promise<void> | undefined {
    this.#octets += piece.length
    if (this.failure !== undefined) return undefined
    if (this.#octets > this.#limit) return this.#fail('too-big')
    if (this.#octets > HEADER && this.#sizeLimit === undefined) return this.#checkLimit(piece)
    return this.#keep(piece)
  }

  #keep(piece: Buffer): Promise<void> | undefined {
    const limit = this.#sizeLimit
    if (typeof limit === 'object' && this.#octets > limit.octets + HEADER) return this.#fail(limit)
    if (!this.#lineEnds) return this.#upload.add(piece)
    // RFC 5321 §4.5.2: only a binary message (RFC 3030 §3) may have a NUL.
    if (piece.includes(0)) return this.#fail('nul-octet')
    const parts = this.#lineEnds.push(piece)
    return parts.length === 1 ? this.#upload.add(parts[0]!) : this.#addAll(parts)
  }

  /** The complete message; empty if it cannot be accepted. Its memory is held until {@link drop}. */
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

  async #checkLimit(piece: Buffer): Promise<void> {
    this.#sizeLimit = (await this.#requestLimit()) ?? 'none'
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
