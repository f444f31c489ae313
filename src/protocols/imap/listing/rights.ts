import { type MetadataOptions, within, writeEntryValue } from '../../../codecs/imap/metadata.ts'
import type { Annotation, Folder, Mailbox } from '../../../domain/mail/types.ts'
import type { ImapDialect } from '../state.ts'
import { folderText } from './folder-name.ts'

/**
 * Whoever was let into a mailbox has its owner's rights on every folder: access grants all or nothing, and permissions are
 * given and taken by an administrator. So there is one name on every list, and nothing on it can be changed from here.
 */
export const OWNER = 'owner'

/** RFC 4314 §2.1, and the two of RFC 2086 that it keeps (§2.1.1). */
const ALL = 'lrswipkxteacd'

/** What may be done to a folder. The inbox cannot be deleted. */
export const rightsOn = (folder: Folder): string => (folder.path === 'Inbox' ? ALL.replace('x', '') : ALL)

/** RFC 4314 §3.8 `MYRIGHTS`. */
export const myRightsLine = (folder: Folder, dialect: ImapDialect): string =>
  `* MYRIGHTS ${folderText(folder.path, dialect)} ${rightsOn(folder)}\r\n`

/** What is noted about a folder, or about the mailbox: the entries asked for and those below them. */
interface Noted {
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
): Promise<Noted> {
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
