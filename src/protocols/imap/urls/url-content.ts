import type { MessageUrl } from '../../../codecs/imap/url.ts'
import { decodeStructure } from '../../../codecs/mime/structure.ts'
import type { Uid } from '../../../core/ids.ts'
import type { Folder, Mailbox, Message } from '../../../domain/mail/types.ts'
import { pickFields, type OctetRange, sectionRange } from '../fetching/section.ts'

/** Header fields are searched for in this many octets, as at delivery. */
const LONGEST_HEADER = 4 * 1024 * 1024

/** The content that a URL names. */
export interface UrlContent {
  /** The number of octets, or an upper bound. */
  readonly most: number
  /** The range of the octets; undefined for selected header fields. */
  readonly range: (OctetRange & Pick<Message, 'blob'>) | undefined
  read(): Promise<Buffer>
}

/** Finds the message or part of a URL; undefined if it does not exist in this mailbox. `\Seen` does not change. */
export async function findUrlContent(
  mailbox: Mailbox,
  url: MessageUrl,
  folder: Folder,
): Promise<UrlContent | undefined> {
  if (url.uidValidity !== undefined && url.uidValidity !== folder.uidValidity) return undefined
  const [message] = await mailbox.messages(folder.id, [url.uid as Uid])
  const { section, partial } = url
  const range = message && sectionRange(decodeStructure(message.structure), section)
  if (!range) return undefined
  const read = ({ start, end }: OctetRange): Promise<Buffer> => mailbox.content(message.blob, start, end)
  if (section.fields.length === 0) {
    const cut = within(range, partial)
    return { most: cut.end - cut.start, range: { blob: message.blob, ...cut }, read: () => read(cut) }
  }
  const header = { start: range.start, end: Math.min(range.end, range.start + LONGEST_HEADER) }
  return {
    most: header.end - header.start + 2,
    range: undefined,
    async read() {
      const fields = pickFields(await read(header), section.fields, section.of === 'other fields')
      const cut = within({ start: 0, end: fields.length }, partial)
      return fields.subarray(cut.start, cut.end)
    },
  }
}

/** RFC 5092 §6: a range beyond the end is empty. */
function within({ start, end }: OctetRange, partial: MessageUrl['partial']): OctetRange {
  const from = Math.min(start + (partial?.start ?? 0), end)
  return { start: from, end: partial?.count === undefined ? end : Math.min(from + partial.count, end) }
}
