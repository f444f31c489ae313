import type { FollowupFlag, InferenceClassificationType } from '@microsoft/microsoft-graph-types'
import type { ItemPatch, ItemProperty, ItemPropertyChange, LastVerb } from '../../../../domain/mail/items/types.ts'
import { isComputed } from '../properties/computed-properties.ts'
import type { PropertyId } from '../properties/property-id.ts'
import type { MessageInput } from './input-types.ts'

/** The names of the stored properties that are no extended ones. */
const FLAG_DATES = 'flag'
export const CLASSIFICATION = 'inferenceClassification'
const EXTENDED = 'extended '

/** The stored properties that the JSON of a message needs. */
export const shownNames: readonly string[] = [FLAG_DATES, CLASSIFICATION]

/** The name under which an extended property is stored, also for filters. */
export const storedName = (id: PropertyId): string => `${EXTENDED}${id.key}`

/** The state of an item that its stored properties tell. */
export interface StoredState {
  /** The dates of the flag. */
  readonly flag: FollowupFlag | undefined
  readonly inferenceClassification: InferenceClassificationType | undefined
  /** By {@link PropertyId.key}. */
  readonly singleValues: ReadonlyMap<string, string>
  readonly multiValues: ReadonlyMap<string, readonly string[]>
}

export function storedState(properties: readonly ItemProperty[]): StoredState {
  const singleValues = new Map<string, string>()
  const multiValues = new Map<string, readonly string[]>()
  for (const { name, value } of properties) {
    if (!name.startsWith(EXTENDED)) continue
    const key = name.slice(EXTENDED.length)
    if (/^[a-z]+array /i.test(key)) multiValues.set(key, JSON.parse(value) as readonly string[])
    else singleValues.set(key, value)
  }
  const valueOf = (name: string): string | undefined => properties.find((it) => it.name === name)?.value
  const dates = valueOf(FLAG_DATES)
  return {
    flag: dates === undefined ? undefined : (JSON.parse(dates) as FollowupFlag),
    inferenceClassification: valueOf(CLASSIFICATION) as InferenceClassificationType | undefined,
    singleValues,
    multiValues,
  }
}

/** The changes of an item's state that a request asks for. `before` has the dates of its flag. */
export function statePatch(input: MessageInput, before: FollowupFlag | undefined, now: number): ItemPatch {
  const single = input.singleValues ?? []
  const changes: ItemPropertyChange[] = [
    ...flagChange(input.flag, before, now),
    ...(input.inferenceClassification === undefined
      ? []
      : [{ name: CLASSIFICATION, value: input.inferenceClassification }]),
    ...single.filter(([id]) => !isComputed(id)).map(([id, value]) => ({ name: storedName(id), value })),
    ...(input.multiValues ?? []).map(([id, values]) => ({
      name: storedName(id),
      value: values.length === 0 ? undefined : JSON.stringify(values),
    })),
  ]
  return {
    ...stateOfTags(single),
    ...(input.isRead === undefined ? {} : { isRead: input.isRead }),
    ...(input.flag?.flagStatus == null ? {} : { flagStatus: input.flag.flagStatus }),
    ...(input.importance === undefined ? {} : { importance: input.importance }),
    ...(input.categories === undefined ? {} : { categories: input.categories }),
    ...(changes.length === 0 ? {} : { properties: changes }),
  }
}

/** An item that is not flagged has no dates; one that is complete has the date of its completion. */
function flagChange(
  flag: FollowupFlag | undefined,
  before: FollowupFlag | undefined,
  now: number,
): readonly ItemPropertyChange[] {
  if (flag === undefined) return []
  const { flagStatus, ...given } = flag
  if (flagStatus === 'notFlagged') return before === undefined ? [] : [{ name: FLAG_DATES, value: undefined }]
  const completed = flagStatus === 'complete' ? { completedDateTime: zoned(now) } : {}
  const dates = Object.entries({ ...before, ...completed, ...given }).filter(([, value]) => value != null)
  const value = dates.length === 0 ? undefined : JSON.stringify(Object.fromEntries(dates))
  return value === undefined && before === undefined ? [] : [{ name: FLAG_DATES, value }]
}

const zoned = (at: number): { dateTime: string; timeZone: string } => ({
  dateTime: `${new Date(at).toISOString().slice(0, 23)}0000`,
  timeZone: 'UTC',
})

const verbs: Readonly<Record<string, LastVerb>> = { '102': 'reply', '103': 'replyAll', '104': 'forward' }
const flagStatuses = { '0': 'notFlagged', '1': 'complete', '2': 'flagged' } as const

/** Tags that some programs set instead of the properties: PidTagFlagStatus, PidTagLastVerbExecuted, PidLidImapDeleted. */
function stateOfTags(values: NonNullable<MessageInput['singleValues']>): ItemPatch {
  const valueOf = (test: (id: PropertyId) => boolean): string | undefined => values.find(([id]) => test(id))?.[1]
  const status = flagStatuses[valueOf(({ tag }) => tag === 0x1090) as keyof typeof flagStatuses]
  const lastVerb = verbs[valueOf(({ tag }) => tag === 0x1081) ?? '']
  const deleted = valueOf(({ key }) => key === IMAP_DELETED)
  return {
    ...(status === undefined ? {} : { flagStatus: status }),
    ...(lastVerb === undefined ? {} : { lastVerb }),
    ...(deleted === undefined ? {} : { isDeleted: deleted !== '0' }),
  }
}

const IMAP_DELETED = 'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570'
