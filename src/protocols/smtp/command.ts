import type { Arguments } from '../../codecs/smtp/command-line.ts'
import type { Session } from './session.ts'
import type { In, Place } from './state.ts'

/** Replies to one command; there are two where the client goes on in between, as with DATA. */
export type Replies = AsyncIterable<string>

/** What a verb is: where it may be said, how it is read, what it does. */
interface Declaration<P extends Place, A> {
  readonly name: string
  readonly in: readonly P[]
  /** Where it is written down. */
  readonly spec: string
  readonly parse: (args: Arguments) => A
  readonly run: (now: { session: Session; state: In<P> }, args: A) => Replies
}

export interface Command {
  readonly name: string
  readonly in: readonly Place[]
  readonly spec: string
  /** Judges state and arguments, then answers. */
  readonly answer: (session: Session, args: Arguments) => Replies
}

export const command = <P extends Place, A>(declared: Declaration<P, A>): Command => ({
  name: declared.name,
  in: declared.in,
  spec: declared.spec,
  answer(session, args) {
    const state = session.at(declared.in)
    const value = declared.parse(args)
    args.end()
    return declared.run({ session, state }, value)
  },
})

/** For a verb that takes no arguments. */
export const nothing = (): undefined => undefined
