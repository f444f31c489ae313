import { literalAt, type LiteralMark, SMALL_LITERAL } from '../../../codecs/imap/string.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { SECOND } from '../../../core/time.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { ImapCommand } from '../command.ts'
import { commandNamed } from '../commands/index.ts'
import { flush } from '../reply/reply.ts'
import type { ImapSession } from './session.ts'

/** A received command with all its literals. */
export interface ReceivedCommand {
  readonly tag: string
  readonly command: ImapCommand
  readonly uid: boolean
  readonly reader: ImapReader
}

/** A literal: its octets, or their place in the upload. */
type Literal = Buffer | { readonly start: number; readonly length: number }

/** A command that is refused before it runs. */
export interface RefusedCommand {
  readonly tag: string
  readonly refusal: Refusal
}

const head = /^([!#$&',-[\]-z|}~]+)(?= |$)(?: (UID (?=[a-z]))?([a-z0-9]+))?/i
/** Maximum length of tag and command name. */
const longestHead = 1024
/** Octets of a literal that one step reads. */
const PIECE = 64 * 1024

/**
 * Reads the next command with its literals. Checks the name, the state and the sizes before it accepts a literal, so
 * that a client cannot send a literal for a command that is not allowed.
 */
export class Receiver {
  readonly #session: ImapSession
  #upload: Upload | undefined

  constructor(session: ImapSession) {
    this.#session = session
  }

  /** Undefined when the connection is over. */
  async next(): Promise<ReceivedCommand | RefusedCommand | undefined> {
    const first = await this.#firstLine()
    if (first === undefined || 'refusal' in first) return first
    const { tag } = this.#head(first.line)
    try {
      return await this.#whole(first.line)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      return this.#session.state.at === 'gone' ? undefined : { tag, refusal: thrown }
    }
  }

  /** Frees the literals of the last command. */
  done(): void {
    this.#upload?.drop()
    this.#upload = undefined
  }

  async #firstLine(): Promise<{ line: Buffer } | RefusedCommand | undefined> {
    try {
      for (;;) {
        const line = await this.#session.readLine()
        if (typeof line === 'string') return line === 'silent' ? this.#silent() : undefined
        if (line.length > 0) return { line }
      }
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const { tag } = this.#head(Buffer.from(thrown.detail.start ?? '', 'latin1'))
      return { tag, refusal: new Refusal('bad-syntax', thrown.message, { observed: 'Command Argument Error. 12' }) }
    }
  }

  #silent(): undefined {
    this.#session.bye(this.#session.texts.silent)
  }

  #head(line: Buffer): { tag: string; verb: string; uid: boolean; octets: number } {
    const found = head.exec(line.toString('latin1', 0, longestHead))
    return {
      tag: found?.[1] ?? '*',
      verb: (found?.[3] ?? '').toUpperCase(),
      uid: found?.[2] !== undefined,
      octets: found?.[0].length ?? 0,
    }
  }

  async #whole(first: Buffer): Promise<ReceivedCommand> {
    const { tag, verb, uid, octets } = this.#head(first)
    const lines = [first.subarray(octets)]
    const literals: Literal[] = []
    try {
      const command = this.#judged(verb, uid)
      for (let mark = literalAt(first); mark; mark = literalAt(lines[lines.length - 1]!)) {
        const octets = this.#judgeLiteral(command, mark, lines, literals)
        // A small literal does not count against the budget.
        if (octets > SMALL_LITERAL) await this.#judgeQuota(command, octets)
        literals.push(octets > SMALL_LITERAL ? await this.#uploaded(mark) : await this.#literal(mark))
        lines.push(await this.#session.line())
      }
      const whole = await this.#upload?.whole()
      const all = literals.map((it) => (Buffer.isBuffer(it) ? it : whole!.subarray(it.start, it.start + it.length)))
      return { tag, command, uid, reader: new ImapReader(lines, all, this.#session.dialect.utf8) }
    } catch (thrown) {
      // Non-synchronizing literals are still on their way, and must not be read as commands.
      if (lines.length > literals.length) await this.#swallow(lines[lines.length - 1]!)
      throw thrown
    }
  }

  #judged(verb: string, uid: boolean): ImapCommand {
    const command = commandNamed(verb)
    const { profile } = this.#session.deps
    if (!command || (uid && !command.uid) || (command.profile ?? profile) !== profile) {
      refuse('bad-syntax', 'Unknown command', { observed: 'Command Error. 10' })
    }
    const { state } = this.#session
    if (!command.in.includes(state.at)) {
      if (state.at === 'unconnected') refuse('not-allowed', 'The mailbox is not open')
      refuse('wrong-state', `${command.name} is not allowed now`)
    }
    return command
  }

  /** Checks a literal against the limits. Returns the octets of all literals so far, this one included. */
  #judgeLiteral(
    command: ImapCommand,
    mark: LiteralMark,
    lines: readonly Buffer[],
    literals: readonly Literal[],
  ): number {
    const { settings } = this.#session.deps
    const lineOctets = lines.reduce((sum, line) => sum + line.length, 0)
    const octets = literals.reduce((sum, literal) => sum + literal.length, mark.octets)
    if (lineOctets > settings.line_octets || literals.length >= settings.literals) {
      refuse('too-big', 'The command is too long', { code: 'LIMIT' })
    }
    // RFC 7888 §5: with LITERAL-, larger literals have to be synchronizing.
    if (!mark.waits && mark.octets > SMALL_LITERAL && settings.unasked_literals === 'small') {
      refuse('bad-syntax', 'A literal of this size has to be synchronizing', { code: 'TOOBIG' })
    }
    // RFC 7889 §2: a message that is too large is refused before it is sent.
    if (octets > command.literals(settings) || mark.octets > settings.message_octets) {
      refuse('too-big', 'The literal is too large')
    }
    return octets
  }

  /** Refuses a message above the quota before the client sends it. The command checks the quota again. */
  async #judgeQuota({ quota: does }: ImapCommand, octets: number): Promise<void> {
    const { state } = this.#session
    if (!does || !('mailbox' in state)) return
    const { used, limits } = await state.mailbox.quota()
    // The message that REPLACE removes is not known yet.
    const before = does === 'adds' ? used : { octets: 0, messages: 0 }
    const fits =
      before.octets + octets <= (limits.octets ?? Number.POSITIVE_INFINITY) &&
      before.messages + 1 <= (limits.messages ?? Number.POSITIVE_INFINITY)
    if (!fits) refuse('over-quota', 'The mailbox is full')
  }

  async #literal(mark: LiteralMark): Promise<Buffer> {
    const { deps, wire } = this.#session
    await this.#invite(mark)
    const literal = await wire.octets(mark.octets, deps.settings.stall_seconds * SECOND)
    return typeof literal === 'string' ? this.#session.endWith(literal) : literal
  }

  /** Reads a literal into the upload of the command, which uses the upload budget. */
  async #uploaded(mark: LiteralMark): Promise<Literal> {
    const { deps, wire, receiving, chargedTo } = this.#session
    const upload = (this.#upload ??= receiving.begin(chargedTo, () => wire.closed))
    if (upload.failure) throw upload.failure
    const start = upload.octets
    await this.#invite(mark)
    for (let missing = mark.octets; missing > 0;) {
      const some = await wire.some(Math.min(missing, PIECE), deps.settings.stall_seconds * SECOND)
      if (typeof some === 'string') return this.#session.endWith(some)
      missing -= some.length
      // If the upload failed, the literal is read to its end and then refused.
      const kept = upload.add(some)
      if (kept) await kept
    }
    return { start, length: mark.octets }
  }

  /** Sends the continuation for a synchronizing literal. */
  async #invite({ waits }: LiteralMark): Promise<void> {
    if (!waits) return
    const { outbox } = this.#session
    await outbox.add('+ Ready for additional command text.\r\n')
    await outbox.add(flush)
  }

  /** Skips the rest of a refused command: its non-synchronizing literals and the lines after them. */
  async #swallow(last: Buffer): Promise<void> {
    const { deps, wire } = this.#session
    for (let line = last, swallowed = 0; ;) {
      const mark = literalAt(line)
      if (!mark || mark.waits) return
      swallowed += mark.octets
      if (swallowed > this.#mostSwallowed()) return this.#session.bye('The literal is too large')
      const ending = await wire.skip(mark.octets, deps.settings.stall_seconds * SECOND)
      if (ending) this.#session.endWith(ending)
      line = await this.#session.line()
    }
  }

  #mostSwallowed(): number {
    const { deps, state } = this.#session
    return state.at === 'greeted' ? deps.settings.line_octets : deps.settings.message_octets * 2
  }
}
