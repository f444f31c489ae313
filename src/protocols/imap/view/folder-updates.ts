import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../core/ids.ts'
import type { World } from '../../../core/world.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import type { FolderSession } from '../conversation/session-contracts.ts'
import type { ImapDialect } from '../dialect.ts'
import { ReplyBuffer } from '../reply/reply-buffer.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { Selected } from '../state.ts'
import { ChangeWriter, type KeywordView, newKeywordLines } from './change-writer.ts'

interface UpdateOptions {
  readonly dialect: ImapDialect
  /** False if message numbers must not change now. */
  readonly mayExpunge: boolean
  /** False if the client does not want flag changes now; they stay pending. */
  readonly mayReportFlags?: boolean
  /** RFC 3501 §6.4.8: the response to a UID command contains UIDs. */
  readonly withUid?: boolean
}

/**
 * The pending updates of a selected folder, as octets. It runs synchronously, so no change can come between two lines.
 */
export function updateLines(selected: KeywordView, options: UpdateOptions): Uint8Array {
  const { dialect, mayExpunge, mayReportFlags = true, withUid } = options
  const { view } = selected
  const out = new ReplyBuffer(256)
  out.text(newKeywordLines(selected, dialect.exchange))
  const vanished: Uid[] = []
  const changes = new ChangeWriter(selected, dialect, withUid ?? false)
  for (const news of view.updates(mayExpunge, mayReportFlags)) {
    if (news.kind === 'expunge') {
      // RFC 9586 §3.3: the same without message numbers.
      if (dialect.qresync || dialect.uidOnly) vanished.push(news.uid)
      else out.text('* ').number(news.seq).text(' EXPUNGE\r\n')
      continue
    }
    // RFC 7162 §3.2.7: before any response with the new numbers.
    if (vanished.length > 0) out.text(`* VANISHED ${compactSet(vanished.splice(0))}\r\n`)
    if (news.kind === 'flags') changes.write(out, news.uid, true)
    // RFC 9051 §7: no RECENT response.
    else if (news.kind === 'exists' || !dialect.rev2)
      out.text('* ').number(news.count).text(` ${news.kind.toUpperCase()}\r\n`)
  }
  if (vanished.length > 0) out.text(`* VANISHED ${compactSet(vanished)}\r\n`)
  const upTo = view.reportedUpTo
  if (dialect.qresync && upTo < view.index.highestModSeq) {
    out.text(`* OK [HIGHESTMODSEQ ${upTo}] Expunges are pending\r\n`)
  }
  return out.take()
}

/** Yields the pending updates of the selected folder and of its live searches. */
export async function* folderUpdates(
  session: FolderSession,
  mailbox: Mailbox,
  selected: Selected,
  options: Omit<UpdateOptions, 'dialect'>,
): AsyncGenerator<ImapReply> {
  const { contexts } = selected
  const news = (): Uint8Array => updateLines(selected, { dialect: session.dialect, ...options })
  if (!contexts.any) yield news()
  else {
    contexts.setDialect(session.dialect)
    // RFC 5267 §4.3.4: before the EXPUNGE, while the numbers are valid. One reply, so no change can come between.
    yield [octets(contexts.removed()), news()]
    // RFC 5267 §4.3.3: new numbers are valid after the EXISTS.
    await contexts.check({ mailbox, ...selected }, session)
    yield octets(contexts.changed())
  }
}

const octets = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** Milliseconds for which the queue runs before it lets other work run. */
const SLICE = 5

export interface QueuedClient {
  /** Never throws. */
  run(): void
}

/** Runs the updates of many idling clients one after another, without blocking other work for long. */
export class UpdateQueue {
  readonly #world: World
  #waiting: QueuedClient[] = []
  #running = false

  constructor(world: World) {
    this.#world = world
  }

  /** Adds a client. Its turn comes after the code that is running now. */
  add(one: QueuedClient): void {
    this.#waiting.push(one)
    if (this.#running) return
    this.#running = true
    queueMicrotask(() => this.#run())
  }

  #run(): void {
    const end = this.#world.elapsed() + SLICE
    let done = 0
    while (done < this.#waiting.length && this.#world.elapsed() < end) this.#waiting[done++]!.run()
    this.#waiting.splice(0, done)
    this.#running = this.#waiting.length > 0
    if (this.#running) setImmediate(() => this.#run())
  }
}
