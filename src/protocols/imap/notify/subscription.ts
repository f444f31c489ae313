import type { FolderFilter } from '../../../codecs/imap/list-command.ts'
import type { NotifyEvent, NotifyGroup, NotifySet } from '../../../codecs/imap/notify-command.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { fitting } from '../listing/folder-filter.ts'

/** What a session has asked to be told. */
export interface NotifySubscription {
  /** Of the selected folder; undefined where nothing is. */
  readonly selected: SelectedSubscription | undefined
  /** Of any other folder: RFC 5465 §6, what all groups want that it fits in, up to the first that wants nothing of it. */
  eventsOf(folder: Pick<Folder, 'path' | 'subscribed'>): ReadonlySet<NotifyEvent>
  readonly ofServer: boolean
}

export interface SelectedSubscription {
  readonly events: ReadonlySet<NotifyEvent>
  /** Removals are told at once, and not only when a command lets them through. */
  readonly immediate: boolean
  readonly fetch: string | undefined
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
    // RFC 5465 §5.7: it is no folder's affair, so any group can ask for it.
    ofServer: others.some(({ events }) => events.has('ServerMetadataChange')),
  }
}

const isSelected = ({ of }: FolderFilter): boolean => of === 'selected' || of === 'selected-delayed'

const selectedSubscription = ({ filter, events, fetch }: NotifyGroup): SelectedSubscription => ({
  events,
  immediate: filter.of === 'selected',
  fetch,
})
