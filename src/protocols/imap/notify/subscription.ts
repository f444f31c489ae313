import type { FolderFilter } from '../../../codecs/imap/list-command.ts'
import type { NotifyEvent, NotifyGroup, NotifySet } from '../../../codecs/imap/notify-command.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { fitting } from '../listing/folder-filter.ts'

/** The events that a client requested with NOTIFY. */
export interface NotifySubscription {
  /** Events of the selected folder; undefined for none. */
  readonly selected: SelectedSubscription | undefined
  /** Events of another folder. RFC 5465 §6: the events of all groups that match it, up to the first group with NONE. */
  eventsOf(folder: Pick<Folder, 'path' | 'subscribed'>): ReadonlySet<NotifyEvent>
  readonly ofServer: boolean
}

export interface SelectedSubscription {
  readonly events: ReadonlySet<NotifyEvent>
  /** Expunges are reported at once, and not only with a command that allows them. */
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
