import type { FolderFilter } from '../../../codecs/imap/list-command.ts'
import type { NotifyEvent, NotifyGroup, NotifySet } from '../../../codecs/imap/notify-command.ts'
import { ImapReader } from '../../../codecs/imap/reader.ts'
import { compactSet } from '../../../codecs/imap/sequence-set.ts'
import type { FolderId, ModSeq } from '../../../core/ids.ts'
import type { Folder, Mailbox, MailboxLine } from '../../../domain/mail/types.ts'
import { fetch } from '../commands/fetch.ts'
import type { ImapSession } from '../conversation/session.ts'
import type { ImapDialect } from '../dialect.ts'
import { fitting, folderLine, listLine, parentOf } from '../listing/list-folders.ts'
import { folderLabel, folderText } from '../listing/folder-name.ts'
import { statusOf } from '../listing/status-items.ts'
import type { ImapReply } from '../reply/reply.ts'
import type { Selected } from '../state.ts'
import { folderUpdates } from '../view/folder-updates.ts'

/** The events that a client requested with NOTIFY. */
interface NotifySubscription {
  /** Events of the selected folder; undefined for none. */
  readonly selected: SelectedSubscription | undefined
  /** Events of another folder. RFC 5465 §6: the events of all groups that match it, up to the first group with NONE. */
  eventsOf(folder: Pick<Folder, 'path' | 'subscribed'>): ReadonlySet<NotifyEvent>
  readonly ofServer: boolean
}

interface SelectedSubscription {
  readonly events: ReadonlySet<NotifyEvent>
  /** Expunges are reported at once, and not only with a command that allows them. */
  readonly immediate: boolean
  readonly fetch: string | undefined
}

/** RFC 5465 §5.8: events were lost, so the client has to synchronize itself. */
const OVERFLOW = '* OK [NOTIFICATIONOVERFLOW] Notifications were lost\r\n'

const messageEvents: ReadonlyMap<string, NotifyEvent> = new Map([
  ['added', 'MessageNew'],
  ['expunged', 'MessageExpunge'],
  ['changed', 'FlagChange'],
])
const folderKinds: ReadonlySet<string> = new Set(['created', 'renamed', 'gone', 'subscribed'])

/** Reports the events that a client requested with NOTIFY: a reader of the mailbox journal with its own mark. */
export class ImapNotifier {
  readonly #session: ImapSession
  readonly #mailbox: Mailbox
  readonly #subscription: NotifySubscription
  readonly #selected: SelectedNotifier | undefined
  #mark: ModSeq
  /** The folders that the client knows. */
  #folders: ReadonlyMap<FolderId, Folder>

  private constructor(
    session: ImapSession,
    mailbox: Mailbox,
    subscription: NotifySubscription,
    known: { mark: ModSeq; folders: readonly Folder[] },
  ) {
    this.#session = session
    this.#mailbox = mailbox
    this.#subscription = subscription
    this.#selected = subscription.selected && new SelectedNotifier(session, mailbox, subscription.selected)
    this.#mark = known.mark
    this.#folders = byId(known.folders)
  }

  static async begin(session: ImapSession, mailbox: Mailbox, subscription: NotifySubscription): Promise<ImapNotifier> {
    // The mark first: an event in between is reported twice rather than lost.
    const { now } = await mailbox.news(Number.MAX_SAFE_INTEGER as ModSeq)
    return new ImapNotifier(session, mailbox, subscription, { mark: now, folders: await mailbox.folders() })
  }

  /** RFC 5465 §4: the current status of every folder with message events. */
  async *statuses(): AsyncGenerator<ImapReply> {
    for (const folder of this.#folders.values()) {
      if (!this.#isSelected(folder.id) && this.#subscription.eventsOf(folder).has('MessageNew'))
        yield* this.#status(folder)
    }
  }

  /** Yields the events since the last call. Returns false if events were lost, so that the notifier has to end. */
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
      if (!this.#subscription.eventsOf(old).has('MailboxName')) continue
      yield listLine({ label: folderLabel(old.path, dialect), folder: undefined }, dialect)
    }
    for (const folder of this.#folders.values()) {
      const old = before.get(folder.id)
      if (!old) above.add(parentOf(folder.path))
      if (old && (old.path === folder.path || this.#wentAlong(folder, old, before))) continue
      const named =
        this.#subscription.eventsOf(folder).has('MailboxName') ||
        (old && this.#subscription.eventsOf(old).has('MailboxName'))
      if (named) yield old ? this.#renamed(folder, old) : folderLine(folder, dialect)
    }
    yield* this.#parentNews(above, before)
    yield* this.#subscriptionNews(lines)
  }

  /** RFC 5465 §5.4: whether the folder was renamed only because its parent was. */
  #wentAlong({ path }: Folder, old: Folder, before: ReadonlyMap<FolderId, Folder>): boolean {
    const [was, is] = [parentOf(old.path), parentOf(path)]
    if (was === is || old.path.slice(was.length) !== path.slice(is.length)) return false
    return before.values().some((parent) => parent.path === was && this.#folders.get(parent.id)?.path === is)
  }

  /** RFC 5465 §5.4: a created or deleted folder changes its parent, even if the parent is only a name. */
  *#parentNews(above: ReadonlySet<string>, before: ReadonlyMap<FolderId, Folder>): Generator<ImapReply> {
    const { dialect } = this.#session
    for (const path of above) {
      if (path === '') continue
      const folder = this.#folders.values().find((each) => each.path === path)
      // A new or deleted parent was reported already.
      if (folder ? before.get(folder.id)?.path !== path : before.values().some((each) => each.path === path)) continue
      if (!this.#subscription.eventsOf(folder ?? { path, subscribed: false }).has('MailboxName')) continue
      yield listLine({ label: folderLabel(path, dialect), folder }, dialect)
    }
  }

  /** RFC 5465 §5.4: with the old name. */
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
      // A filter on subscribed folders also reports the end of a subscription.
      const events = [is, true].map((on) => this.#subscription.eventsOf({ path, subscribed: on }))
      if (!events.some((each) => each.has('SubscriptionChange'))) continue
      yield listLine({ label: folderLabel(path, dialect), folder: byPath.get(path), subscribed: is }, dialect)
    }
  }

  async *#messageNews(lines: readonly MailboxLine[]): AsyncGenerator<ImapReply> {
    const changed = new Set<FolderId>()
    for (const { folder: id, kind } of lines) {
      const [event, folder] = [messageEvents.get(kind), this.#folders.get(id)]
      if (event && folder && this.#subscription.eventsOf(folder).has(event)) changed.add(id)
    }
    for (const id of changed) yield* this.#status(this.#folders.get(id)!)
  }

  /** RFC 5464 §4.4.2: only the names of the entries. */
  *#metadataNews(lines: readonly MailboxLine[]): Generator<ImapReply> {
    for (const { folder: id, kind, what } of lines) {
      if (kind !== 'annotated') continue
      const folder = this.#folders.get(id)
      if (id === 0 && this.#subscription.ofServer) yield `* METADATA "" ${what}\r\n`
      else if (folder && this.#subscription.eventsOf(folder).has('MailboxMetadataChange')) {
        yield `* METADATA ${folderText(folder.path, this.#session.dialect)} ${what}\r\n`
      }
    }
  }

  /** RFC 5465 §5.1 to §5.3; §3.1: flag events come with mod-sequences, even without CONDSTORE. */
  #status(folder: Folder): AsyncGenerator<ImapReply> {
    const flags = this.#subscription.eventsOf(folder).has('FlagChange')
    const modSeq = flags || this.#session.dialect.condstore ? (['HIGHESTMODSEQ'] as const) : []
    return statusOf(this.#session, this.#mailbox, folder, ['UIDVALIDITY', 'UIDNEXT', 'MESSAGES', 'UNSEEN', ...modSeq])
  }

  #isSelected(folder: FolderId): boolean {
    return this.#session.selected?.folder.id === folder
  }
}

const byId = (folders: readonly Folder[]): ReadonlyMap<FolderId, Folder> =>
  new Map(folders.map((folder) => [folder.id, folder]))

/** Waits for the client's next command, and reports NOTIFY events meanwhile. */
export async function waitForCommand(session: ImapSession): Promise<void> {
  // RFC 3501 §5.5: a pipelined command may contain message numbers, which an event could change.
  if (!session.notifier || session.wire.pending > 0) return
  const noticed = { any: false }
  const readable = session.wire.readable(session.silence).then((ending) => {
    noticed.any = true
    session.wake()
    return ending
  })
  while (!noticed.any) {
    const woken = session.woken()
    for await (const reply of notifications(session)) await session.outbox.add(reply)
    await session.outbox.flush()
    if (!noticed.any) await woken
  }
  if ((await readable) === 'silent') session.bye(session.texts.silent)
}

/**
 * Yields the pending NOTIFY events. After lost events it reports the overflow and ends the notifier (RFC 5465 §5.8).
 */
export async function* notifications(session: ImapSession, idle = false): AsyncGenerator<ImapReply> {
  const { notifier } = session
  if (!notifier) return
  let goesOn = false
  try {
    goesOn = yield* notifier.news(idle)
  } catch (thrown) {
    if (session.state.at === 'gone' || session.isCancelled(thrown)) return
    session.deps.log.error({ err: thrown }, 'an IMAP notification failed')
    yield OVERFLOW
  }
  if (!goesOn) session.notify(undefined)
}

const LAST_UID = 0xffff_ffff

/** Reports events of the selected folder between commands (RFC 5465 §6.1). */
class SelectedNotifier {
  readonly #session: ImapSession
  readonly #mailbox: Mailbox
  readonly #subscription: SelectedSubscription
  #selected: Selected | undefined
  /** The highest UID whose FETCH items were sent, or that was there before. */
  #fetched = 0

  constructor(session: ImapSession, mailbox: Mailbox, subscription: SelectedSubscription) {
    this.#session = session
    this.#mailbox = mailbox
    this.#subscription = subscription
    this.#lookAt(session.selected)
  }

  /** `idle`: whether the client is in IDLE, which allows expunges (RFC 5465 §6.1.2). */
  async *news(idle: boolean): AsyncGenerator<ImapReply> {
    const { selected } = this.#session
    if (selected !== this.#selected) this.#lookAt(selected)
    if (!selected) return
    const { immediate, events } = this.#subscription
    // RFC 5465 §5.1: a flag change comes with the UID.
    yield* folderUpdates(this.#session, this.#mailbox, selected, {
      mayExpunge: immediate || idle,
      mayReportFlags: events.has('FlagChange'),
      withUid: true,
    })
    const arrived = selected.view.byUid([[this.#fetched + 1, LAST_UID]]).uids
    this.#fetched = Math.max(this.#fetched, selected.view.lastUid)
    if (this.#subscription.fetch !== undefined && arrived.length > 0) {
      yield* this.#fetch(`${compactSet(arrived)} ${this.#subscription.fetch}`)
    }
  }

  #lookAt(selected: Selected | undefined): void {
    this.#selected = selected
    this.#fetched = selected?.view.lastUid ?? 0
  }

  /** RFC 5465 §5.1: runs the UID FETCH for new messages. */
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

export function notifySubscription({ groups }: NotifySet, dialect: ImapDialect): NotifySubscription {
  const selected = groups.find(({ filter }) => isSelected(filter))
  const others = groups
    .filter(({ filter }) => !isSelected(filter))
    .map(({ filter, events }) => ({ fits: fitting(filter, dialect), events }))
  return {
    selected: selected && selected.events.size > 0 ? selectedSubscription(selected) : undefined,
    eventsOf(folder) {
      const groups = others.filter(({ fits }) => fits(folder)).map(({ events }) => events)
      const none = groups.findIndex(({ size }) => size === 0)
      return new Set(groups.slice(0, none < 0 ? groups.length : none).flatMap((events) => [...events]))
    },
    // RFC 5465 §5.7: it belongs to no folder, so any group may request it.
    ofServer: others.some(({ events }) => events.has('ServerMetadataChange')),
  }
}

const isSelected = ({ of }: FolderFilter): boolean => of === 'selected' || of === 'selected-delayed'

const selectedSubscription = ({ filter, events, fetch }: NotifyGroup): SelectedSubscription => ({
  events,
  immediate: filter.of === 'selected',
  fetch,
})
