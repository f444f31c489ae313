import { refuse } from '../../core/refusal.ts'
import { readFetchItems } from './fetch-items.ts'
import { type FolderFilter, namesIn, readFolderFilter } from './list-command.ts'
import type { ImapReader } from './reader.ts'

/** The events of RFC 5465 §5 that Postern supports; it has no annotations of messages. */
export const notifyEvents = [
  'MessageNew',
  'MessageExpunge',
  'FlagChange',
  'MailboxName',
  'SubscriptionChange',
  'MailboxMetadataChange',
  'ServerMetadataChange',
] as const
export type NotifyEvent = (typeof notifyEvents)[number]

export interface NotifyGroup {
  /** The folders to watch. */
  readonly filter: FolderFilter
  readonly events: ReadonlySet<NotifyEvent>
  /** The FETCH items for each new message, in parentheses, as the client wrote them. */
  readonly fetch: string | undefined
}

export interface NotifySet {
  /** Whether the server first reports the status of every watched folder. */
  readonly status: boolean
  readonly groups: readonly NotifyGroup[]
}

// Limits of one command: groups, and names in all groups together.
const MOST_GROUPS = 100
const MOST_NAMES = 1000

const filters = ['selected', 'selected-delayed', 'inboxes', 'personal', 'subscribed', 'subtree', 'mailboxes'] as const
const messageEvents: readonly NotifyEvent[] = ['MessageNew', 'MessageExpunge', 'FlagChange']

/** Reads RFC 5465 §8 `notify` after the command name and a space. Undefined means NONE. */
export function readNotify(reader: ImapReader): NotifySet | undefined {
  const word = reader.word()
  if (word === 'NONE') return undefined
  if (word !== 'SET') refuse('bad-syntax', 'Expected SET or NONE')
  const status = reader.skip(' STATUS')
  const groups: NotifyGroup[] = []
  while (reader.skip(' ')) groups.push(readGroup(reader))
  if (groups.length === 0) refuse('bad-syntax', 'Expected a group of events')
  // RFC 5465 §6.1.
  if (groups.filter(({ filter }) => ofSelected(filter)).length > 1) {
    refuse('bad-syntax', 'Only one group may name the selected folder')
  }
  if (groups.length > MOST_GROUPS || namesIn(groups.map(({ filter }) => filter)) > MOST_NAMES) {
    refuse('too-big', 'Too many groups or names', { code: 'NOTIFICATIONOVERFLOW' })
  }
  return { status, groups }
}

function readGroup(reader: ImapReader): NotifyGroup {
  reader.expect('(')
  const filter = readFolderFilter(reader, filters)
  const { events, fetch } = readEvents(reader.space())
  reader.expect(')')
  refuseContradictions(filter, events, fetch)
  return { filter, events, fetch }
}

function readEvents(reader: ImapReader): Pick<NotifyGroup, 'events' | 'fetch'> {
  const events = new Set<NotifyEvent>()
  let fetch: string | undefined
  if (reader.skip('NONE')) return { events, fetch }
  reader.list(() => {
    const event = readEvent(reader)
    events.add(event)
    if (event === 'MessageNew' && reader.match(beforeItems)) fetch = reader.taken(() => readFetchItems(reader))
  })
  return { events, fetch }
}

const beforeItems = / (?=\()/y

/** RFC 5465 §5: BADEVENT lists the supported events. */
function readEvent(reader: ImapReader): NotifyEvent {
  const word = reader.word()
  const event = notifyEvents.find((each) => each.toUpperCase() === word)
  return event ?? refuse('unsupported', `Unknown event ${word}`, { code: `BADEVENT (${notifyEvents.join(' ')})` })
}

const ofSelected = ({ of }: FolderFilter): boolean => of === 'selected' || of === 'selected-delayed'

function refuseContradictions(filter: FolderFilter, events: ReadonlySet<NotifyEvent>, fetch: string | undefined): void {
  const selected = ofSelected(filter)
  const [arrivals, removals] = [events.has('MessageNew'), events.has('MessageExpunge')]
  // RFC 5465 §5: a client that counts messages needs both.
  if (arrivals !== removals) refuse('bad-syntax', 'MessageNew and MessageExpunge require each other')
  if (events.has('FlagChange') && !arrivals) refuse('bad-syntax', 'FlagChange requires MessageNew and MessageExpunge')
  if (fetch !== undefined && !selected) refuse('bad-syntax', 'FETCH items require the selected folder')
  // RFC 5465 §6.1, §6.2.
  if (selected && [...events].some((event) => !messageEvents.includes(event))) {
    refuse('bad-syntax', 'The selected folder has message events only')
  }
}
