import type { Arguments } from '../../codecs/pop3/command-line.ts'
import type { Pop3Operation } from '../../domain/audit/operation.ts'
import type { In, Place, Session } from './session.ts'

/** The whole of one reply, or its pieces. Once a piece is out, the reply must be finished: whatever fails after it ends the connection. */
export type Reply = AsyncIterable<Piece> | Promise<Piece | AsyncIterable<Piece>>
/** Octets may lie in several places; they are left as they are from here on. */
export type Piece = string | Uint8Array | readonly Uint8Array[]

/** What a verb is: where it may be said, how it is read, what it does. */
interface Declaration<P extends Place, A> {
  readonly name: string
  readonly in: readonly P[]
  /** Where it is written down. */
  readonly spec: string
  /** RFC 2449 §5: the capability by which it is announced on this connection. */
  readonly announce?: (session: Session) => string | undefined
  /** What it is counted as where somebody asks later what a program did; nothing when absent. */
  readonly does?: Pop3Operation
  readonly parse: (args: Arguments) => A
  readonly run: (now: { session: Session; state: In<P> }, args: A) => Reply
}

export interface Command {
  readonly name: string
  readonly in: readonly Place[]
  readonly spec: string
  readonly announce: (session: Session) => string | undefined
  readonly does: Pop3Operation | undefined
  /** Judges state and arguments, then answers. */
  readonly answer: (session: Session, args: Arguments) => Reply
}

export const command = <P extends Place, A>(declared: Declaration<P, A>): Command => ({
  name: declared.name,
  in: declared.in,
  spec: declared.spec,
  announce: declared.announce ?? (() => undefined),
  does: declared.does,
  answer(session, args) {
    const state = session.at(declared.in)
    const value = declared.parse(args)
    args.end()
    return declared.run({ session, state }, value)
  },
})

/** For a verb that takes no arguments. */
export const nothing = (): undefined => undefined
