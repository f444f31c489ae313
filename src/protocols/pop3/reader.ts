import type { Mailbox } from '../../domain/mail/types.ts'
import type { Letter, Maildrop, MessageNumber } from './maildrop.ts'

/** The most that is read of a message at a time. */
const PIECE = 64 * 1024
/** The most that is held for a client that has not asked for it yet, one that goes on taking one after another. */
const AHEAD = 256 * 1024

/** Reads messages. For a client that takes one after another, small ones are read together with those after them. */
export class Reader {
  readonly #mailbox: Mailbox
  readonly #drop: Maildrop
  #ready = new Map<Letter, Promise<Buffer | undefined>>()
  #last = 0
  /** Doubled with each time that what was read ahead was asked for. */
  #room = PIECE

  constructor(mailbox: Mailbox, drop: Maildrop) {
    this.#mailbox = mailbox
    this.#drop = drop
  }

  /** A message's octets, piece by piece. Refuses `no-such-thing` when it is no longer there. */
  async *read(number: MessageNumber): AsyncGenerator<Buffer> {
    const letter = this.#drop.letter(number)
    const next = number === this.#last + 1
    this.#last = number
    if (letter.octets <= PIECE) yield await this.#small(number, letter, next)
    else yield* this.#large(letter)
  }

  async #small(number: MessageNumber, letter: Letter, next: boolean): Promise<Buffer> {
    if (!next) this.#room = PIECE
    if (!this.#ready.has(letter)) this.#prepare(number, next)
    const ready = this.#ready.get(letter)
    this.#ready.delete(letter)
    return (await ready) ?? this.#mailbox.content(letter.blob)
  }

  /** Asks for messages at once, so that the store may read neighbours together. A failure is left for whoever asks again. */
  #prepare(number: MessageNumber, ahead: boolean): void {
    this.#ready = new Map()
    let room = this.#room
    this.#room = Math.min(AHEAD, room * 2)
    for (const letter of this.#drop.from(number)) {
      room -= letter.octets
      if (room < 0 || letter.octets > PIECE) return
      this.#ready.set(
        letter,
        this.#mailbox.content(letter.blob).catch(() => undefined),
      )
      if (!ahead) return
    }
  }

  async *#large({ blob, octets }: Letter): AsyncGenerator<Buffer> {
    for (let start = 0; start < octets; start += PIECE) {
      yield await this.#mailbox.content(blob, start, Math.min(octets, start + PIECE))
    }
  }
}
