/** In one place, or in several that are sent one after the other; whoever gives them leaves them as they are. */
export type Octets = Uint8Array | readonly Uint8Array[]

/** Octets of one answer that does not fit into memory at once: after all but the last, nothing else may be said. */
export interface ReplyPiece {
  readonly piece: Octets
  readonly last: boolean
}

/** What has been said so far is to be sent before the next wait. */
export const flush = Symbol('flush')

/** The same, and what was said is not to be held any longer: the memory that it lies in is used again. */
export const release = Symbol('release')

/** What a command says: whole answers with their CRLF, one character an octet, or pieces of one. */
export type ImapReply = string | Octets | ReplyPiece | typeof flush | typeof release

/** How a command ended, other than by a refusal: what its tagged line says. */
export interface Completion {
  /** A response code without its brackets; a function is asked once the news have been told. */
  readonly code?: string | (() => string | undefined)
  /** RFC 9738 §3.1: a code that the tagged line has as well, or that is told before it where it has another. */
  readonly limited?: string
  /** `completed.` after the command's name, when absent. */
  readonly text?: string
  /** All that follows the tag, where it is not OK. */
  readonly line?: string
  /** What happens once that line is sent. */
  readonly after?: () => Promise<void> | void
}

export type ImapReplies = AsyncGenerator<ImapReply, Completion | void>
/** What a command does that says nothing but how it ended. */
export type CommandOutcome = Promise<Completion | void>

/** What came of it, to be looked at when it is wanted: a failure meanwhile goes neither unheard nor off on its own. */
export const outcomeOf = <T>(work: Promise<T>): Promise<() => T> =>
  work.then(
    (value) => () => value,
    (thrown: unknown) => () => {
      throw thrown
    },
  )
