import { type MetadataOptions, within, writeEntryValue } from '../../../codecs/imap/metadata.ts'
import type { Annotation, Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderText } from './folder-name.ts'

/** What is noted about a folder, or about the mailbox: the entries asked for and those below them. */
interface FolderMetadata {
  /** Undefined where nothing is there to be told. */
  readonly line: string | undefined
  /** Octets of the longest value that was longer than wanted, 0 when none was (RFC 5464 §4.2.1). */
  readonly longest: number
}

/** RFC 5464 §4.4.1 `METADATA` with values. */
export async function metadataOf(
  mailbox: Mailbox,
  folder: Folder | undefined,
  asked: { readonly entries: readonly string[]; readonly options: MetadataOptions },
  dialect: ImapDialect,
): Promise<FolderMetadata> {
  const { depth, maxSize = Number.POSITIVE_INFINITY } = asked.options
  const noted = await mailbox.annotations(folder?.id)
  const found = noted.filter(({ entry }) => asked.entries.some((each) => within(each, depth, entry)))
  const told = found.filter(({ value }) => value.length <= maxSize)
  const values = [
    ...told.map(({ entry, value }) => writeEntryValue(entry, value)),
    // What was asked for by its own name is answered for, also where it has no value.
    ...(depth === 0 ? missing(asked.entries, noted).map((entry) => writeEntryValue(entry, undefined)) : []),
  ]
  const name = folder ? folderText(folder.path, dialect) : '""'
  return {
    line: values.length === 0 ? undefined : `* METADATA ${name} (${values.join(' ')})\r\n`,
    longest: Math.max(0, ...found.map(({ value }) => value.length).filter((octets) => octets > maxSize)),
  }
}

const missing = (entries: readonly string[], noted: readonly Annotation[]): string[] =>
  [...new Set(entries)].filter((entry) => !noted.some((each) => each.entry === entry))
