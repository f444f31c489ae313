import type { SmtpArguments } from '../../codecs/smtp/command-line.ts'
import type { SmtpSession } from './session.ts'
import type { SmtpStateIn, SmtpStateName } from './state.ts'

/** The replies to one command. DATA has two, with the message between them. */
export type SmtpReplies = AsyncIterable<string>

/** One command: its states, its arguments, its action. */
interface Declaration<P extends SmtpStateName, A> {
  readonly name: string
  readonly in: readonly P[]
  /** The specification that defines it. */
  readonly spec: string
  readonly parse: (args: SmtpArguments) => A
  readonly run: (now: { session: SmtpSession; state: SmtpStateIn<P> }, args: A) => SmtpReplies
}

export interface SmtpCommand {
  readonly name: string
  readonly in: readonly SmtpStateName[]
  readonly spec: string
  /** Checks the state, reads the arguments, and gives the replies. */
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

/** For a command without arguments. */
export const nothing = (): undefined => undefined
