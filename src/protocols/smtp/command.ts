import type { SmtpArguments } from '../../codecs/smtp/command-line.ts'
import type { SmtpSession } from './session.ts'
import type { SmtpStateIn, SmtpStateName } from './state.ts'

/** Replies to one command; there are two where the client goes on in between, as with DATA. */
export type SmtpReplies = AsyncIterable<string>

/** What a verb is: where it may be said, how it is read, what it does. */
interface Declaration<P extends SmtpStateName, A> {
  readonly name: string
  readonly in: readonly P[]
  /** Where it is written down. */
  readonly spec: string
  readonly parse: (args: SmtpArguments) => A
  readonly run: (now: { session: SmtpSession; state: SmtpStateIn<P> }, args: A) => SmtpReplies
}

export interface SmtpCommand {
  readonly name: string
  readonly in: readonly SmtpStateName[]
  readonly spec: string
  /** Judges state and arguments, then answers. */
  readonly answer: (session: SmtpSession, args: SmtpArguments) => SmtpReplies
}

export const command = <P extends SmtpStateName, A>(declared: Declaration<P, A>): SmtpCommand => ({
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
