/** One buffer, or several that are sent in order. The producer must not change them afterwards. */
export type Octets = Uint8Array | readonly Uint8Array[]

/** A piece of a reply that does not fit into memory at once. No other reply may come before the last piece. */
export interface ReplyPiece {
  readonly piece: Octets
  readonly last: boolean
}

/** Sends the replies so far before the command waits. */
export const flush = Symbol('flush')

/** The same, and waits until the replies have left the process: their memory is reused. */
export const release = Symbol('release')

/** The output of a command: complete replies with their CRLF, one character for each octet, or pieces of one. */
export type ImapReply = string | Octets | ReplyPiece | typeof flush | typeof release

/** The tagged line of a command that was not refused. */
export interface Completion {
  /** A response code without brackets; a function is called after the updates were sent. */
  readonly code?: string | (() => string | undefined)
  /** RFC 9738 §3.1: a second code. If the tagged line has a code already, this one is sent before it. */
  readonly limited?: string
  /** The text; the command name and `completed.` when absent. */
  readonly text?: string
  /** The whole line after the tag, if it is not OK. */
  readonly line?: string
  /** Runs after the tagged line is sent. */
  readonly after?: () => Promise<void> | void
}

export type ImapReplies = AsyncGenerator<ImapReply, Completion | void>
/** The result of a command that yields no replies. */
export type CommandOutcome = Promise<Completion | void>

/**
 * Wraps the outcome of a promise in a function that returns it or throws it later, so that a rejection is never
 * unhandled.
 */
export const outcomeOf = <T>(work: Promise<T>): Promise<() => T> =>
  work.then(
    (value) => () => value,
    (thrown: unknown) => () => {
      throw thrown
    },
  )
