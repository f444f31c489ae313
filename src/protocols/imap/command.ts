import type { ImapReader } from '../../codecs/imap/reader.ts'
import type { Profile } from '../../core/profile.ts'
import type { CommandOutcome, ImapReplies } from './reply/reply.ts'
import type { ImapSession } from './conversation/session.ts'
import { Refusal, refuse } from '../../core/refusal.ts'
import type { ImapSettings } from './deps.ts'
import type { At, ImapState, StateAt } from './state.ts'
import type { ImapDialect } from './dialect.ts'
import type { CountedOperation } from './operations.ts'

/** What a command gets to work with: the session, and its state as far as the command asked for one. */
export interface CommandCall<Where extends At> {
  readonly session: ImapSession
  readonly state: StateAt<Where>
  readonly tag: string
  /** Whether the command came as `UID …`. */
  readonly uid: boolean
}

/** What is known while a command is read. */
export interface ParseContext extends ImapDialect {
  readonly settings: ImapSettings
  readonly uid: boolean
}

interface CommandDefinition<Where extends At, Args> {
  readonly name: string
  /** The states in which it may be given (RFC 3501 §6). */
  readonly in: readonly Where[]
  readonly spec: string
  /** The only profile that has it, where not all do. */
  readonly profile?: Profile
  /** There is a UID form too. */
  readonly uid?: 'also'
  /** Octets that all its literals may have together; as many as a line when absent. */
  readonly literals?: (settings: ImapSettings) => number
  /** What its literals do to the quota of the mailbox, where they are messages. */
  readonly quota?: 'adds' | 'replaces'
  /**
   * Which news its answer lets through: `own` where an EXPUNGE is what the client asked for; `held` where it would make the
   * client lose count, though not in the UID form; `none` where there is nothing to tell.
   */
  readonly updates?: 'own' | 'all' | 'held' | 'none'
  /** What it is counted as where somebody asks later what a program did; nothing when absent. */
  readonly does?: CountedOperation | ((args: Args) => CountedOperation)
  /** Whether it may take long: a caller may have so much of that under way (`long_commands_per_caller`). */
  readonly long?: (args: Args, state: StateAt<Where>) => boolean
  /** What Exchange Online says to malformed arguments, where it is not what it says to most. */
  readonly argumentError?: string
  parse(reader: ImapReader, reading: ParseContext): Args
  run(call: CommandCall<Where>, args: Args): ImapReplies | CommandOutcome
}

/** A command that was read whole, and acts on its arguments. */
export interface PreparedCommand {
  readonly does: CountedOperation
  isLong(state: ImapState): boolean
  run(call: CommandCall<At>): ImapReplies | CommandOutcome
}

/** A command of the table, once what its arguments are is its own affair. */
export interface ImapCommand {
  readonly name: string
  readonly in: readonly At[]
  readonly spec: string
  readonly profile: Profile | undefined
  readonly uid: boolean
  readonly literals: (settings: ImapSettings) => number
  readonly quota: 'adds' | 'replaces' | undefined
  readonly updates: 'own' | 'all' | 'held' | 'none'
  /** Reads the arguments whole. */
  prepare(reader: ImapReader, reading: ParseContext): PreparedCommand
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
  prepare(reader, reading) {
    const args = argumentsOf(verb, reader, reading)
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
  reading: ParseContext,
): Args {
  try {
    const args = verb.parse(reader, reading)
    reader.end()
    return args
  } catch (thrown) {
    if (!verb.argumentError || !(thrown instanceof Refusal) || thrown.reason !== 'bad-syntax') throw thrown
    return refuse('bad-syntax', thrown.message, { observed: verb.argumentError })
  }
}

/** Commands without arguments. */
export const nothing = (): void => {}
