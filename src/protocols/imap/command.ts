import type { ImapReader } from '../../codecs/imap/reader.ts'
import type { Profile } from '../../core/profile.ts'
import type { CommandOutcome, ImapReplies } from './reply/reply.ts'
import type { ImapSession } from './conversation/session.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { ImapSettings } from './deps.ts'
import type { At, ImapState, StateAt } from './state.ts'
import type { ImapDialect } from './dialect.ts'
import type { CountedOperation } from './operations.ts'

/** The input of a command: the session, and its state, which is one of those that the command allows. */
export interface CommandCall<Where extends At> {
  readonly session: ImapSession
  readonly state: StateAt<Where>
  readonly tag: string
  /** Whether the command came as `UID …`. */
  readonly uid: boolean
}

/** The context in which a command is parsed. */
export interface ParseContext extends ImapDialect {
  readonly settings: ImapSettings
  readonly uid: boolean
}

interface CommandDefinition<Where extends At, Args> {
  readonly name: string
  /** The states in which the command is allowed (RFC 3501 §6). */
  readonly in: readonly Where[]
  readonly spec: string
  /** The only profile that has the command; both have it when absent. */
  readonly profile?: Profile
  /** The command has a UID form too. */
  readonly uid?: 'also'
  /** Maximum octets of all its literals together; `line_octets` when absent. */
  readonly literals?: (settings: ImapSettings) => number
  /** The effect of its literals on the quota, if they are messages. */
  readonly quota?: 'adds' | 'replaces'
  /**
   * The updates of the selected folder that the reply may contain. `own`: EXPUNGE too, since the client requested it.
   * `held`: no EXPUNGE except in the UID form, because message numbers would change. `none`: no updates.
   */
  readonly updates?: 'own' | 'all' | 'held' | 'none'
  /** The operations that the command counts as in the record of what a program did; none when absent. */
  readonly does?: CountedOperation | ((args: Args) => CountedOperation)
  /** Whether the command may take long; `long_commands_per_caller` limits these. */
  readonly long?: (args: Args, state: StateAt<Where>) => boolean
  /** Exchange Online's text for malformed arguments, if it differs from the usual one. */
  readonly argumentError?: string
  parse(reader: ImapReader, context: ParseContext): Args
  run(call: CommandCall<Where>, args: Args): ImapReplies | CommandOutcome
}

/** A parsed command with its arguments. */
export interface PreparedCommand {
  readonly does: CountedOperation
  isLong(state: ImapState): boolean
  run(call: CommandCall<At>): ImapReplies | CommandOutcome
}

/** A command in the table, without the type of its arguments. */
export interface ImapCommand {
  readonly name: string
  readonly in: readonly At[]
  readonly spec: string
  readonly profile: Profile | undefined
  readonly uid: boolean
  readonly literals: (settings: ImapSettings) => number
  readonly quota: 'adds' | 'replaces' | undefined
  readonly updates: 'own' | 'all' | 'held' | 'none'
  /** Parses the arguments. */
  prepare(reader: ImapReader, context: ParseContext): PreparedCommand
}

export const command = <const Where extends At, Args>(verb: CommandDefinition<Where, Args>): ImapCommand => ({
  name: verb.name,
  in: verb.in,
  spec: verb.spec,
  profile: verb.profile,
  uid: verb.uid === 'also',
  literals: verb.literals ?? ((settings) => settings.line_octets),
  quota: verb.quota,
  updates: verb.updates ?? 'all',
  prepare(reader, context) {
    const args = argumentsOf(verb, reader, context)
    const { does = [] } = verb
    return {
      does: typeof does === 'function' ? does(args) : does,
      isLong: (state) => verb.long?.(args, state as StateAt<Where>) ?? false,
      run: (call) => verb.run({ ...call, state: call.state as ImapState as StateAt<Where> }, args),
    }
  },
})

function argumentsOf<Where extends At, Args>(
  verb: CommandDefinition<Where, Args>,
  reader: ImapReader,
  context: ParseContext,
): Args {
  try {
    const args = verb.parse(reader, context)
    reader.end()
    return args
  } catch (thrown) {
    if (!verb.argumentError || !(thrown instanceof Refusal) || thrown.reason !== 'bad-syntax') throw thrown
    return refuse('bad-syntax', thrown.message, { observed: verb.argumentError })
  }
}

/** Parses a command without arguments. */
export const nothing = (): void => {}
