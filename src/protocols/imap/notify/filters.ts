import type { NotifyEvent, NotifyFilter, NotifyGroup, NotifySet } from '../../../codecs/imap/notify-command.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { Dialect } from '../dialect.ts'
import { decodedName, SEPARATOR } from '../folder-name.ts'

/** What a session has asked to be told. */
export interface Wanted {
  /** Of the selected folder; undefined where nothing is. */
  readonly selected: SelectedWanted | undefined
  /** Of any other folder: RFC 5465 §6, the first group that it fits in counts. */
  eventsOf(folder: Pick<Folder, 'path' | 'subscribed'>): ReadonlySet<NotifyEvent>
  readonly ofServer: boolean
}

export interface SelectedWanted {
  readonly events: ReadonlySet<NotifyEvent>
  /** Removals are told at once, and not only when a command lets them through. */
  readonly immediate: boolean
  readonly fetch: string | undefined
}

const nothing: ReadonlySet<NotifyEvent> = new Set()

export function wantedBy({ groups }: NotifySet, dialect: Dialect): Wanted {
  const selected = groups.find(({ filter }) => isSelected(filter))
  const others = groups
    .filter(({ filter }) => !isSelected(filter))
    .map(({ filter, events }) => ({ fits: fitting(filter, dialect), events }))
  return {
    selected: selected && selected.events.size > 0 ? selectedWanted(selected) : undefined,
    eventsOf: (folder) => others.find(({ fits }) => fits(folder))?.events ?? nothing,
    // RFC 5465 §5.7: it is no folder's affair, so any group can ask for it.
    ofServer: others.some(({ events }) => events.has('ServerMetadataChange')),
  }
}

const isSelected = ({ of }: NotifyFilter): boolean => of === 'selected' || of === 'selected-delayed'

const selectedWanted = ({ filter, events, fetch }: NotifyGroup): SelectedWanted => ({
  events,
  immediate: filter.of === 'selected',
  fetch,
})

function fitting(filter: NotifyFilter, dialect: Dialect): (folder: Pick<Folder, 'path' | 'subscribed'>) => boolean {
  switch (filter.of) {
    case 'subscribed':
      return ({ subscribed }) => subscribed
    case 'inboxes':
      return ({ path }) => path === 'Inbox'
    case 'mailboxes': {
      const paths = new Set(pathsOf(filter.names, dialect))
      return ({ path }) => paths.has(path)
    }
    case 'subtree': {
      const paths = pathsOf(filter.names, dialect)
      return ({ path }) => paths.some((above) => path === above || path.startsWith(`${above}${SEPARATOR}`))
    }
    default:
      return () => true
  }
}

/** RFC 5465 §6: a name that no folder has yet may be one's later; what can be none's is passed over. */
const pathsOf = (names: readonly string[], dialect: Dialect): string[] =>
  names.flatMap((name) => decodedName(name, dialect) ?? []).map((path) => path.replace(/^inbox(?=\/|$)/i, 'Inbox'))
