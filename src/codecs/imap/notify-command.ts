import { refuse } from '../../core/refusal.ts'
import { readFetchItems } from './fetch-items.ts'
import { type FolderFilter, namesIn, readFolderFilter } from './list-command.ts'
import type { ImapReader } from './reader.ts'

/** RFC 5465 §5, as far as it is had: there are no annotations of messages. */
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
  /** Which folders it is about. */
  readonly filter: FolderFilter
  readonly events: ReadonlySet<NotifyEvent>
  /** What is fetched of each new message, as it was written, in parentheses. */
  readonly fetch: string | undefined
}

export interface NotifySet {
  /** Whether the status of every folder is to be told at once. */
  readonly status: boolean
  readonly groups: readonly NotifyGroup[]
}

/** Groups of one command, and names in all of them. */
const MOST_GROUPS = 100
const MOST_NAMES = 1000

const filters = ['selected', 'selected-delayed', 'inboxes', 'personal', 'subscribed', 'subtree', 'mailboxes'] as const
const messageEvents: readonly NotifyEvent[] = ['MessageNew', 'MessageExpunge', 'FlagChange']

/** RFC 5465 §8 `notify`, without the command's name and the space after it. Undefined stands for NONE. */
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
    refuse('bad-syntax', 'One group at most is about the selected folder')
  }
  if (groups.length > MOST_GROUPS || namesIn(groups.map(({ filter }) => filter)) > MOST_NAMES) {
    refuse('too-big', 'That is more than is watched', { code: 'NOTIFICATIONOVERFLOW' })
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

/** RFC 5465 §5: BADEVENT names those that there are. */
function readEvent(reader: ImapReader): NotifyEvent {
  const word = reader.word()
  const event = notifyEvents.find((each) => each.toUpperCase() === word)
  return event ?? refuse('unsupported', `There is no event ${word}`, { code: `BADEVENT (${notifyEvents.join(' ')})` })
}

const ofSelected = ({ of }: FolderFilter): boolean => of === 'selected' || of === 'selected-delayed'

function refuseContradictions(filter: FolderFilter, events: ReadonlySet<NotifyEvent>, fetch: string | undefined): void {
  const selected = ofSelected(filter)
  const [arrivals, removals] = [events.has('MessageNew'), events.has('MessageExpunge')]
  // RFC 5465 §5: who counts messages has to hear of both.
  if (arrivals !== removals) refuse('bad-syntax', 'MessageNew and MessageExpunge go together')
  if (events.has('FlagChange') && !arrivals) refuse('bad-syntax', 'FlagChange goes with MessageNew and MessageExpunge')
  if (fetch !== undefined && !selected) refuse('bad-syntax', 'Items are fetched of the selected folder only')
  // RFC 5465 §6.1, §6.2.
  if (selected && [...events].some((event) => !messageEvents.includes(event))) {
    refuse('bad-syntax', 'Of the selected folder only messages are told')
  }
}
