import { isoSeconds } from '../../../../core/time.ts'
import { parameter } from '../../../../codecs/mime/parameter.ts'
import type { MimePart } from '../../../../codecs/mime/structure.ts'
import type { MailItem } from '../../../../domain/mail/items/types.ts'
import type { MessageContent } from '../messages/message-content.ts'
import type { ItemState } from '../messages/message-shape.ts'
import { parsePropertyId, type PropertyId } from './property-id.ts'

/** An item with the facts that MAPI properties show. */
export interface PropertyItem {
  readonly state: ItemState & Pick<MailItem, 'lastVerb' | 'octets' | 'uid' | 'flags'>
  readonly structure: MimePart
  /** With its header if {@link needsHeader} says so. */
  readonly content: MessageContent
}

/** A folder with the facts that MAPI properties show. */
export interface PropertyFolder {
  readonly uidNext: number
  readonly lastModified: number
}

type Computed<T> = ReadonlyMap<string, (of: T) => string | undefined>

const computedBy = <T>(entries: readonly (readonly [id: string, value: (of: T) => string | undefined])[]) =>
  new Map(entries.map(([id, value]) => [parsePropertyId(id).key, value]))

/** The bit of `\\Deleted` in the system flags. */
const DELETED = 8

const verbs = { reply: 102, replyAll: 103, forward: 104 } as const
/** PidTagIconIndex */
const icons = { reply: 261, replyAll: 261, forward: 262 } as const
const importances = { low: 0, normal: 1, high: 2 } as const
/** PidTagFlagStatus */
const flags = { notFlagged: undefined, complete: '1', flagged: '2' } as const

/** MS-OXPROPS: the properties of a message that come from other facts, and cannot be set apart from them. */
const itemProperties: Computed<PropertyItem> = computedBy([
  ['Integer 0x0E08', ({ state }) => String(state.octets)],
  ['Integer 0x0E23', ({ state }) => String(state.uid)],
  ['Integer 0x0E07', (item) => String(messageFlags(item))],
  ['SystemTime 0x0E06', ({ state }) => isoSeconds(state.received.at)],
  ['SystemTime 0x0039', ({ content, state }) => isoSeconds(content.sent ?? state.received.at)],
  ['SystemTime 0x3007', ({ state }) => isoSeconds(state.createdAt)],
  ['SystemTime 0x3008', ({ state }) => isoSeconds(state.modifiedAt)],
  ['Integer 0x1080', ({ state: { lastVerb } }) => lastVerb && String(icons[lastVerb])],
  ['Integer 0x1081', ({ state: { lastVerb } }) => lastVerb && String(verbs[lastVerb])],
  ['Integer 0x1090', ({ state }) => flags[state.flagStatus]],
  ['Integer 0x0017', ({ state }) => String(importances[state.importance])],
  ['Boolean 0x0E1B', ({ state }) => String(state.hasAttachments)],
  ['String 0x001A', ({ structure, content }) => messageClass(structure, content)],
  ['String 0x0037', ({ content }) => content.subject],
  ['String 0x1035', ({ content }) => content.internetMessageId],
  // As in Exchange, a draft has no transport headers.
  ['String 0x007D', ({ state, content }) => (state.isDraft ? undefined : content.headerText)],
  // PidLidImapDeleted
  [
    'Integer {00062008-0000-0000-c000-000000000046} Id 0x8570',
    ({ state }) => ((state.flags.system & DELETED) === 0 ? undefined : '1'),
  ],
])

const folderComputed: Computed<PropertyFolder> = computedBy([
  ['String 0x3613', () => 'IPF.Note'],
  ['Integer 0x6751', ({ uidNext }) => String(uidNext)],
  ['SystemTime 0x670A', ({ lastModified }) => isoSeconds(lastModified)],
  ['SystemTime 0x3008', ({ lastModified }) => isoSeconds(lastModified)],
])

/** True if the property comes from other facts. */
export const isComputed = ({ key }: PropertyId): boolean => itemProperties.has(key)

/** True if one of the properties needs the header of the message. */
export const needsHeader = (ids: readonly PropertyId[]): boolean => ids.some(({ tag }) => tag === 0x007d)

/** An answer's single-value properties: those of the ids that the item has. `stored` has the values by key. */
export const itemPropertyValues = (
  ids: readonly PropertyId[],
  item: PropertyItem,
  stored: ReadonlyMap<string, string>,
): readonly { readonly id: string; readonly value: string }[] => valuesOf(ids, itemProperties, item, stored)

export const folderPropertyValues = (
  ids: readonly PropertyId[],
  folder: PropertyFolder,
  stored: ReadonlyMap<string, string>,
): readonly { readonly id: string; readonly value: string }[] => valuesOf(ids, folderComputed, folder, stored)

function valuesOf<T>(
  ids: readonly PropertyId[],
  computed: Computed<T>,
  of: T,
  stored: ReadonlyMap<string, string>,
): readonly { readonly id: string; readonly value: string }[] {
  return ids.flatMap(({ key, text }) => {
    const known = computed.get(key)
    const value = known ? known(of) : stored.get(key)
    return value === undefined ? [] : [{ id: text, value }]
  })
}

/** PidTagMessageFlags: read, unmodified, unsent, with attachments. */
function messageFlags({ state }: PropertyItem): number {
  const { isRead, isDraft, hasAttachments } = state
  return (isRead ? 1 : 0) + (isDraft ? 8 : 2) + (hasAttachments ? 16 : 0)
}

/** PidTagMessageClass (MS-OXCMAIL §2.2.3). */
export function messageClass(structure: MimePart, { meeting }: Pick<MessageContent, 'meeting'>): string {
  if (meeting) return meeting.messageClass
  const { type, subtype, params } = structure
  if (type === 'multipart' && subtype === 'signed') return 'IPM.Note.SMIME.MultipartSigned'
  if (type === 'application' && /^(?:x-)?pkcs7-mime$/.test(subtype)) return 'IPM.Note.SMIME'
  if (type === 'multipart' && subtype === 'report') {
    const report = parameter(params, 'report-type')?.toLowerCase()
    if (report === 'delivery-status') return 'REPORT.IPM.Note.NDR'
    if (report === 'disposition-notification') return 'REPORT.IPM.Note.IPNRN'
  }
  return 'IPM.Note'
}
