import type { NotifyEvent } from '../../../codecs/imap/notify-command.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { FolderId, ModSeq } from '../../../core/ids.ts'
import type { Folder, Mailbox, MailboxLine } from '../../../domain/mail/types.ts'
import { fetch } from '../commands/fetch.ts'
import type { ImapSession } from '../conversation/session.ts'
import { parentOf } from '../listing/folder-filter.ts'
import { folderLabel, folderText } from '../listing/folder-name.ts'
import { folderLine, listLine } from '../listing/list-line.ts'
import { statusOf } from '../listing/status-items.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { Selected } from '../state.ts'
import { folderUpdates } from '../view/folder-updates.ts'
import type { SelectedSubscription, NotifySubscription } from './subscription.ts'

/** Too much has happened for each thing to be told (RFC 5465 §5.8): the client has to look for itself. */
const OVERFLOW = '* OK [NOTIFICATIONOVERFLOW] Too much has happened\r\n'

const messageEvents: ReadonlyMap<string, NotifyEvent> = new Map([
  ['added', 'MessageNew'],
  ['expunged', 'MessageExpunge'],
  ['changed', 'FlagChange'],
])
const folderKinds: ReadonlySet<string> = new Set(['created', 'renamed', 'gone', 'subscribed'])

/** Tells a session what it has asked for with NOTIFY: a reader of the mailbox's journal with a mark of its own. */
export class ImapNotifier {
  readonly #session: ImapSession
  readonly #mailbox: Mailbox
  readonly #wanted: NotifySubscription
  readonly #selected: SelectedNotifier | undefined
  #mark: ModSeq
  /** As the client knows them. */
  #folders: ReadonlyMap<FolderId, Folder>

  private constructor(
    session: ImapSession,
    mailbox: Mailbox,
    wanted: NotifySubscription,
    known: { mark: ModSeq; folders: readonly Folder[] },
  ) {
    this.#session = session
    this.#mailbox = mailbox
    this.#wanted = wanted
    this.#selected = wanted.selected && new SelectedNotifier(session, mailbox, wanted.selected)
    this.#mark = known.mark
    this.#folders = byId(known.folders)
  }

  static async begin(session: ImapSession, mailbox: Mailbox, wanted: NotifySubscription): Promise<ImapNotifier> {
    // The mark first: what comes in between is told twice rather than not at all.
    const { now } = await mailbox.news(Number.MAX_SAFE_INTEGER as ModSeq)
    return new ImapNotifier(session, mailbox, wanted, { mark: now, folders: await mailbox.folders() })
  }

  /** RFC 5465 §4: the status of every folder whose messages are told of, as it is now. */
  async *statuses(): AsyncGenerator<ImapReply> {
    for (const folder of this.#folders.values()) {
      if (!this.#isSelected(folder.id) && this.#wanted.eventsOf(folder).has('MessageNew')) yield* this.#status(folder)
    }
  }

  /** What there is to tell, while the client idles or does not. Gives whether it can go on. */
  async *news(idle: boolean): AsyncGenerator<ImapReply, boolean> {
    if (this.#selected) yield* this.#selected.news(idle)
    const { now, whole, lines } = await this.#mailbox.news(this.#mark)
    this.#mark = now
    if (!whole) {
      yield OVERFLOW
      return false
    }
    const others = lines.filter(({ folder, kind }) => !messageEvents.has(kind) || !this.#isSelected(folder))
    if (others.length === 0) return true
    const before = this.#folders
    this.#folders = byId(await this.#mailbox.folders())
    yield* this.#folderNews(before, others)
    yield* this.#messageNews(others)
    yield* this.#metadataNews(others)
    return true
  }

  /** RFC 5465 §5.4, §5.5. */
  async *#folderNews(before: ReadonlyMap<FolderId, Folder>, lines: readonly MailboxLine[]): AsyncGenerator<ImapReply> {
    if (!lines.some(({ kind }) => folderKinds.has(kind))) return
    const { dialect } = this.#session
    const above = new Set<string>()
    for (const old of before.values()) {
      if (this.#folders.has(old.id)) continue
      above.add(parentOf(old.path))
      if (!this.#wanted.eventsOf(old).has('MailboxName')) continue
      yield listLine({ label: folderLabel(old.path, dialect), folder: undefined }, dialect)
    }
    for (const folder of this.#folders.values()) {
      const old = before.get(folder.id)
      if (!old) above.add(parentOf(folder.path))
      if (old && (old.path === folder.path || this.#wentAlong(folder, old, before))) continue
      const named =
        this.#wanted.eventsOf(folder).has('MailboxName') || (old && this.#wanted.eventsOf(old).has('MailboxName'))
      if (named) yield old ? this.#renamed(folder, old) : folderLine(folder, dialect)
    }
    yield* this.#parentNews(above, before)
    yield* this.#subscriptionNews(lines)
  }

  /** RFC 5465 §5.4: whether it has another name only because that above it has. */
  #wentAlong({ path }: Folder, old: Folder, before: ReadonlyMap<FolderId, Folder>): boolean {
    const [was, is] = [parentOf(old.path), parentOf(path)]
    if (was === is || old.path.slice(was.length) !== path.slice(is.length)) return false
    return before.values().some((parent) => parent.path === was && this.#folders.get(parent.id)?.path === is)
  }

  /** RFC 5465 §5.4: what was made or deleted affects that above it, whether or not there is a folder of that name. */
  *#parentNews(above: ReadonlySet<string>, before: ReadonlyMap<FolderId, Folder>): Generator<ImapReply> {
    const { dialect } = this.#session
    for (const path of above) {
      if (path === '') continue
      const folder = this.#folders.values().find((each) => each.path === path)
      // It was told already if it is new itself, or gone.
      if (folder ? before.get(folder.id)?.path !== path : before.values().some((each) => each.path === path)) continue
      if (!this.#wanted.eventsOf(folder ?? { path, subscribed: false }).has('MailboxName')) continue
      yield listLine({ label: folderLabel(path, dialect), folder }, dialect)
    }
  }

  /** RFC 5465 §5.4: with the name that it had. */
  #renamed(folder: Folder, old: Folder): string {
    const { dialect } = this.#session
    return folderLine(folder, dialect, folderLabel(old.path, dialect))
  }

  async *#subscriptionNews(lines: readonly MailboxLine[]): AsyncGenerator<ImapReply> {
    const names = new Set(lines.filter(({ kind }) => kind === 'subscribed').map(({ what }) => what))
    if (names.size === 0) return
    const { dialect } = this.#session
    const subscribed = new Set(await this.#mailbox.subscriptions())
    const byPath = new Map(Array.from(this.#folders.values(), (folder) => [folder.path, folder] as const))
    for (const path of names) {
      const is = subscribed.has(path)
      // What was just unsubscribed is told to those who look at what is subscribed, too.
      const events = [is, true].map((on) => this.#wanted.eventsOf({ path, subscribed: on }))
      if (!events.some((each) => each.has('SubscriptionChange'))) continue
      yield listLine({ label: folderLabel(path, dialect), folder: byPath.get(path), subscribed: is }, dialect)
    }
  }

  async *#messageNews(lines: readonly MailboxLine[]): AsyncGenerator<ImapReply> {
    const changed = new Set<FolderId>()
    for (const { folder: id, kind } of lines) {
      const [event, folder] = [messageEvents.get(kind), this.#folders.get(id)]
      if (event && folder && this.#wanted.eventsOf(folder).has(event)) changed.add(id)
    }
    for (const id of changed) yield* this.#status(this.#folders.get(id)!)
  }

  /** RFC 5464 §4.4.2: the names of the entries alone. */
  *#metadataNews(lines: readonly MailboxLine[]): Generator<ImapReply> {
    for (const { folder: id, kind, what } of lines) {
      if (kind !== 'annotated') continue
      const folder = this.#folders.get(id)
      if (id === 0 && this.#wanted.ofServer) yield `* METADATA "" ${what}\r\n`
      else if (folder && this.#wanted.eventsOf(folder).has('MailboxMetadataChange')) {
        yield `* METADATA ${folderText(folder.path, this.#session.dialect)} ${what}\r\n`
      }
    }
  }

  /** RFC 5465 §5.1 to §5.3; §3.1: who is told of flags is told of mod-sequences, whether or not CONDSTORE is enabled. */
  #status(folder: Folder): AsyncGenerator<ImapReply> {
    const flags = this.#wanted.eventsOf(folder).has('FlagChange')
    const modSeq = flags || this.#session.dialect.condstore ? (['HIGHESTMODSEQ'] as const) : []
    return statusOf(this.#session, this.#mailbox, folder, ['UIDVALIDITY', 'UIDNEXT', 'MESSAGES', 'UNSEEN', ...modSeq])
  }

  #isSelected(folder: FolderId): boolean {
    return this.#session.selected?.folder.id === folder
  }
}

const byId = (folders: readonly Folder[]): ReadonlyMap<FolderId, Folder> =>
  new Map(folders.map((folder) => [folder.id, folder]))

/** Waits for the client's next command, and tells what it has asked for with NOTIFY in the meantime. */
export async function waitForCommand(session: ImapSession): Promise<void> {
  // RFC 3501 §5.5: what was sent ahead may hold numbers that news would change.
  if (!session.notifier || session.wire.pending > 0) return
  const heard = { any: false }
  const readable = session.wire.readable(session.silence).then((ending) => {
    heard.any = true
    session.wake()
    return ending
  })
  while (!heard.any) {
    const woken = session.woken()
    for await (const reply of notifications(session)) await session.outbox.add(reply)
    await session.outbox.flush()
    if (!heard.any) await woken
  }
  if ((await readable) === 'silent') session.bye(session.texts.silent)
}

/** What there is to tell. Whoever cannot be told all is told that, and then no more (RFC 5465 §5.8). */
export async function* notifications(session: ImapSession, idle = false): AsyncGenerator<ImapReply> {
  const { notifier } = session
  if (!notifier) return
  let goesOn = false
  try {
    goesOn = yield* notifier.news(idle)
  } catch (thrown) {
    if (session.state.at === 'gone' || session.calledOff(thrown)) return
    session.deps.log.error({ err: thrown }, 'an IMAP notification failed')
    yield OVERFLOW
  }
  if (!goesOn) session.notify(undefined)
}

const LAST_UID = 0xffff_ffff

/** What is told of the selected folder while the client says nothing (RFC 5465 §6.1). */
class SelectedNotifier {
  readonly #session: ImapSession
  readonly #mailbox: Mailbox
  readonly #wanted: SelectedSubscription
  #selected: Selected | undefined
  /** Of messages up to here the client has what it wants, or can have it. */
  #fetched = 0

  constructor(session: ImapSession, mailbox: Mailbox, wanted: SelectedSubscription) {
    this.#session = session
    this.#mailbox = mailbox
    this.#wanted = wanted
    this.#lookAt(session.selected)
  }

  /** `idle`: RFC 5465 §6.1.2, the client has given a command that lets removals through. */
  async *news(idle: boolean): AsyncGenerator<ImapReply> {
    const { selected } = this.#session
    if (selected !== this.#selected) this.#lookAt(selected)
    if (!selected) return
    const { immediate, events } = this.#wanted
    // RFC 5465 §5.1: a change of flags comes with the UID.
    const telling = { mayExpunge: immediate || idle, mayTellFlags: events.has('FlagChange'), withUid: true }
    yield* folderUpdates(this.#session, this.#mailbox, selected, telling)
    const arrived = selected.view.byUid([[this.#fetched + 1, LAST_UID]]).uids
    this.#fetched = Math.max(this.#fetched, selected.view.lastUid)
    if (this.#wanted.fetch !== undefined && arrived.length > 0) {
      yield* this.#fetch(`${compactSet(arrived)} ${this.#wanted.fetch}`)
    }
  }

  #lookAt(selected: Selected | undefined): void {
    this.#selected = selected
    this.#fetched = selected?.view.lastUid ?? 0
  }

  /** RFC 5465 §5.1: as if the client had asked with UID FETCH. */
  async *#fetch(text: string): AsyncGenerator<ImapReply> {
    const { state, deps } = this.#session
    if (state.at !== 'selected') return
    const { settings } = deps
    const reader = new ImapReader([Buffer.from(` ${text}`, 'latin1')])
    const prepared = fetch.prepare(reader, { ...this.#session.dialect, settings, uid: true })
    const fetching = prepared.run({ session: this.#session, state, tag: '*', uid: true })
    if (Symbol.asyncIterator in fetching) yield* fetching
  }
}
