import { type MetadataOptions, within, writeEntryValue } from '../../../codecs/imap/metadata.ts'
import type { Annotation, Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderText } from './folder-name.ts'

/** The requested entries of a folder or of the mailbox, and entries below them. */
interface FolderMetadata {
  /** Undefined if there is nothing to report. */
  readonly line: string | undefined
  /** Octets of the longest value above MAXSIZE; 0 if no value was (RFC 5464 §4.2.1). */
  readonly longest: number
}

/** RFC 5464 §4.4.1 `METADATA` with values. */
export async function metadataOf(
  mailbox: Mailbox,
  folder: Folder | undefined,
  request: { readonly entries: readonly string[]; readonly options: MetadataOptions },
  dialect: ImapDialect,
): Promise<FolderMetadata> {
  const { depth, maxSize = Number.POSITIVE_INFINITY } = request.options
  const annotations = await mailbox.annotations(folder?.id)
  const found = annotations.filter(({ entry }) => request.entries.some((each) => within(each, depth, entry)))
  const returned = found.filter(({ value }) => value.length <= maxSize)
  const values = [
    ...returned.map(({ entry, value }) => writeEntryValue(entry, value)),
    // An entry that was requested by name is reported even without a value.
    ...(depth === 0 ? missing(request.entries, annotations).map((entry) => writeEntryValue(entry, undefined)) : []),
  ]
  const name = folder ? folderText(folder.path, dialect) : '""'
  return {
    line: values.length === 0 ? undefined : `* METADATA ${name} (${values.join(' ')})\r\n`,
    longest: Math.max(0, ...found.map(({ value }) => value.length).filter((octets) => octets > maxSize)),
  }
}

const missing = (entries: readonly string[], annotations: readonly Annotation[]): string[] =>
  [...new Set(entries)].filter((entry) => !annotations.some((each) => each.entry === entry))
