import type { Pop3Arguments } from '../../codecs/pop3/command-line.ts'
import type { Pop3Operation } from '../../domain/audit/types.ts'
import type { Pop3Piece, Pop3Session, Pop3StateIn, Pop3StateName } from './session.ts'

/** The whole of one reply, or its pieces. Once a piece is out, the reply must be finished: whatever fails after it ends the connection. */
export type Pop3Reply = AsyncIterable<Pop3Piece> | Promise<Pop3Piece | AsyncIterable<Pop3Piece>>

/** What a verb is: where it may be said, how it is read, what it does. */
interface Declaration<P extends Pop3StateName, A> {
  readonly name: string
  readonly in: readonly P[]
  /** Where it is written down. */
  readonly spec: string
  /** RFC 2449 §5: the capability by which it is announced on this connection. */
  readonly announce?: (session: Pop3Session) => string | undefined
  /** What it is counted as where somebody asks later what a program did; nothing when absent. */
  readonly does?: Pop3Operation
  readonly parse: (args: Pop3Arguments) => A
  readonly run: (now: { session: Pop3Session; state: Pop3StateIn<P> }, args: A) => Pop3Reply
}

export interface Pop3Command {
  readonly name: string
  readonly in: readonly Pop3StateName[]
  readonly spec: string
  readonly announce: (session: Pop3Session) => string | undefined
  readonly does: Pop3Operation | undefined
  /** Judges state and arguments, then answers. */
  readonly answer: (session: Pop3Session, args: Pop3Arguments) => Pop3Reply
}

export const command = <P extends Pop3StateName, A>(declared: Declaration<P, A>): Pop3Command => ({
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
