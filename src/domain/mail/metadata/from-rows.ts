import { writeDateTime } from '../../../codecs/imap/date-time.ts'
import { bodyStartIn } from '../../../codecs/mime/structure.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { Statement } from '../../../storage/engine.ts'
import type { MetadataPart } from '../types.ts'
import { ChunkFigures, ChunkSlices, type Figures } from './chunk-figures.ts'

/** The name of a part: the figures, or a part in slices. */
export type PartName = 'figures' | MetadataPart
export type MetadataRows = ChunkFigures | ChunkSlices

/** A message's row, with the requested columns. */
export interface MetadataRow {
  readonly uid: Uid
  readonly octets: number
  readonly line_octets: number
  readonly received_at: number
  readonly received_zone: number
  readonly head: string
  readonly envelope: Uint8Array
  readonly body: Uint8Array
  readonly body_structure: Uint8Array
  readonly structure: string
  readonly blob: string
  readonly email_id: string
  readonly thread_id: string | null
  readonly preview: string | null
  readonly saved_at: number | null
}

const dates = ['m.received_at', 'm.received_zone']
const columns: Readonly<Record<PartName, readonly string[]>> = {
  figures: ['m.octets', 'm.line_octets', ...dates, 's.saved_at', 'substr(m.structure, 1, 64) as head'],
  internalDate: dates,
  envelope: ['m.envelope'],
  body: ['m.body'],
  bodyStructure: ['m.body_structure'],
  structure: ['m.structure'],
  blob: ['m.blob'],
  emailId: ['m.email_id'],
  threadId: ['m.thread_id'],
  preview: ['m.preview'],
}

const dateOf = (row: MetadataRow) => ({ at: row.received_at, zone: row.received_zone })

const octetsOf: Readonly<Record<MetadataPart, (row: MetadataRow) => Uint8Array>> = {
  internalDate: (row) => Buffer.from(writeDateTime(dateOf(row)), 'latin1'),
  envelope: (row) => row.envelope,
  body: (row) => row.body,
  bodyStructure: (row) => row.body_structure,
  structure: (row) => Buffer.from(row.structure),
  blob: (row) => Buffer.from(row.blob, 'latin1'),
  emailId: (row) => Buffer.from(row.email_id, 'latin1'),
  threadId: (row) => Buffer.from(row.thread_id === null ? 'NIL' : `(${row.thread_id})`, 'latin1'),
  preview: (row) => (row.preview === null ? Buffer.from('NIL') : writtenString(row.preview)),
}

/** Selects the columns that these parts need. The caller appends a condition on the UIDs. */
export function rowsHead(folder: FolderId, parts: readonly PartName[]): Statement {
  const named = new Set(parts.flatMap((part) => columns[part]))
  const text = `select ${['s.uid', ...named].join(', ')}
    from mail_state s join mail_message m on m.id = s.message where s.folder = `
  return { parts: [text, ' and s.uid'], args: [folder] }
}

/** The same for the UIDs from `from` up to but not including `until`. */
export function rowsBetween(folder: FolderId, parts: readonly PartName[], from: number, until: number): Statement {
  const { parts: text, args } = rowsHead(folder, parts)
  return { parts: [text[0]!, `${text[1]} >= `, ' and s.uid < ', ' order by s.uid'], args: [...args, from, until] }
}

/** Packs a part from rows in UID order. */
export function partOf(name: PartName, rows: readonly MetadataRow[]): MetadataRows {
  const uids = rows.map(({ uid }) => uid)
  return name === 'figures'
    ? ChunkFigures.of(uids, rows.map(figuresOf))
    : ChunkSlices.of(uids, rows.map(octetsOf[name]))
}

const figuresOf = (row: MetadataRow): Figures => ({
  octets: row.octets,
  lineOctets: row.line_octets,
  headerOctets: bodyStartIn(row.head),
  received: dateOf(row),
  savedAt: row.saved_at ?? undefined,
})

/** RFC 8970 §3.1: text other than ASCII needs a literal. */
function writtenString(text: string): Buffer {
  if (/^[ !#-[\]-~]*$/.test(text)) return Buffer.from(`"${text}"`)
  const octets = Buffer.from(text)
  return Buffer.concat([Buffer.from(`{${octets.length}}\r\n`), octets])
}
