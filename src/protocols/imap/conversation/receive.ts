import { literalAt, type LiteralMark, SMALL_LITERAL } from '../../../codecs/imap/string.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { SECOND } from '../../../core/duration.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Upload } from '../../../core/uploads/upload.ts'
import type { ImapCommand } from '../command.ts'
import { commandNamed } from '../commands/index.ts'
import { flush } from '../reply/reply.ts'
import type { ImapSession } from './session.ts'

/** A command that was read whole. */
export interface ReceivedCommand {
  readonly tag: string
  readonly command: ImapCommand
  readonly uid: boolean
  readonly reader: ImapReader
}

/** A literal: its octets, or where they are among those of the upload. */
type Literal = Buffer | { readonly start: number; readonly length: number }

/** A command that is not going to run. */
export interface Unreceived {
  readonly tag: string
  readonly refusal: Refusal
}

const head = /^([!#$&',-[\]-z|}~]+)(?= |$)(?: (UID (?=[a-z]))?([a-z0-9]+))?/i
/** As long as a head can be that is worth a look. */
const longestHead = 1024
/** Octets of a literal that are read at a time. */
const PIECE = 64 * 1024

/**
 * Reads the next command with its literals. Verb, state and sizes are judged before a literal is accepted, so that
 * a client that may not give the command does not get to send it.
 */
export class Receiver {
  readonly #session: ImapSession
  #upload: Upload | undefined

  constructor(session: ImapSession) {
    this.#session = session
  }

  /** Undefined when the connection is over. */
  async next(): Promise<ReceivedCommand | Unreceived | undefined> {
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

  /** Lets go of the literals of the last command. */
  done(): void {
    this.#upload?.drop()
    this.#upload = undefined
  }

  async #firstLine(): Promise<{ line: Buffer } | Unreceived | undefined> {
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
        // A few octets are not worth counting.
        if (octets > SMALL_LITERAL) await this.#judgeQuota(command, octets)
        literals.push(octets > SMALL_LITERAL ? await this.#uploaded(mark) : await this.#literal(mark))
        lines.push(await this.#session.line())
      }
      const whole = await this.#upload?.whole()
      const all = literals.map((it) => (Buffer.isBuffer(it) ? it : whole!.subarray(it.start, it.start + it.length)))
      return { tag, command, uid, reader: new ImapReader(lines, all, this.#session.dialect.utf8) }
    } catch (thrown) {
      // What the client has sent without waiting is still to come, and must never be taken for commands.
      if (lines.length > literals.length) await this.#swallow(lines[lines.length - 1]!)
      throw thrown
    }
  }

  #judged(verb: string, uid: boolean): ImapCommand {
    const command = commandNamed(verb)
    const { profile } = this.#session.deps
    if (!command || (uid && !command.uid) || (command.profile ?? profile) !== profile) {
      refuse('bad-syntax', 'There is no such command', { observed: 'Command Error. 10' })
    }
    const { state } = this.#session
    if (!command.in.includes(state.at)) {
      if (state.at === 'unconnected') refuse('not-allowed', 'The mailbox did not open')
      refuse('wrong-state', `${command.name} cannot be given now`)
    }
    return command
  }

  /** Gives the octets of all literals so far, this one included. */
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
    // RFC 7888 §5: whoever is offered LITERAL- has to wait with more.
    if (!mark.waits && mark.octets > SMALL_LITERAL && settings.unasked_literals === 'small') {
      refuse('bad-syntax', 'A literal of that size has to be waited with', { code: 'TOOBIG' })
    }
    // RFC 7889 §2: a message that is too large is refused before it is sent.
    if (octets > command.literals(settings) || mark.octets > settings.message_octets) {
      refuse('too-big', 'That is more than is taken')
    }
    return octets
  }

  /** A message that the quota does not allow is refused before it is sent; the command itself looks again. */
  async #judgeQuota({ quota: does }: ImapCommand, octets: number): Promise<void> {
    const { state } = this.#session
    if (!does || !('mailbox' in state)) return
    const { used, limits } = await state.mailbox.quota()
    // Which message is replaced, and how large it is, has yet to be read.
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
    return typeof literal === 'string' ? this.#session.over(literal) : literal
  }

  /** A literal that is charged for as it arrives; all of a command are one upload. */
  async #uploaded(mark: LiteralMark): Promise<Literal> {
    const { deps, wire, receiving, chargedTo } = this.#session
    const upload = (this.#upload ??= receiving.begin(chargedTo, () => wire.closed))
    if (upload.failure) throw upload.failure
    const start = upload.octets
    await this.#invite(mark)
    for (let missing = mark.octets; missing > 0;) {
      const some = await wire.some(Math.min(missing, PIECE), deps.settings.stall_seconds * SECOND)
      if (typeof some === 'string') return this.#session.over(some)
      missing -= some.length
      // A failed upload is read to the end of its literal, and then refused.
      const kept = upload.add(some)
      if (kept) await kept
    }
    return { start, length: mark.octets }
  }

  /** Tells a client that waits to send its literal. */
  async #invite({ waits }: LiteralMark): Promise<void> {
    if (!waits) return
    const { outbox } = this.#session
    await outbox.add('+ Ready for additional command text.\r\n')
    await outbox.add(flush)
  }

  /** Reads past the rest of a refused command: its last line so far, and every literal that the client does not wait with. */
  async #swallow(last: Buffer): Promise<void> {
    const { deps, wire } = this.#session
    for (let line = last, swallowed = 0; ;) {
      const mark = literalAt(line)
      if (!mark || mark.waits) return
      swallowed += mark.octets
      if (swallowed > this.#mostSwallowed()) return this.#session.bye('That is more than is taken')
      const ending = await wire.skip(mark.octets, deps.settings.stall_seconds * SECOND)
      if (ending) this.#session.over(ending)
      line = await this.#session.line()
    }
  }

  #mostSwallowed(): number {
    const { deps, state } = this.#session
    return state.at === 'greeted' ? deps.settings.line_octets : deps.settings.message_octets * 2
  }
}
