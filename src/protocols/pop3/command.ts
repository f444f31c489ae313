import type { Pop3Arguments } from '../../codecs/pop3/command-line.ts'
import type { Pop3Operation } from '../../domain/audit/types.ts'
import type { Pop3Piece, Pop3Session, Pop3StateIn, Pop3StateName } from './session.ts'

/** A complete reply, or its pieces. Once a piece is sent, an error before the last piece ends the connection. */
export type Pop3Reply = AsyncIterable<Pop3Piece> | Promise<Pop3Piece | AsyncIterable<Pop3Piece>>

/** One command: its states, its arguments, its action. */
interface Declaration<P extends Pop3StateName, A> {
  readonly name: string
  readonly in: readonly P[]
  /** The specification that defines it. */
  readonly spec: string
  /** RFC 2449 §5: the capability that announces it on this connection. */
  readonly announce?: (session: Pop3Session) => string | undefined
  /** The operation that the audit counts for it, if any. */
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
  /** Checks the state, reads the arguments, and gives the reply. */
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

/** For a command without arguments. */
export const nothing = (): undefined => undefined
