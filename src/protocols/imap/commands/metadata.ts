import {
  type MetadataOptions,
  readEntries,
  readEntryOrRoot,
  readEntryValues,
  readMetadataOptions,
  within,
  writeEntryValue,
} from '../../../codecs/imap/metadata.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Annotation, Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderNamed, folderText, readFolderName } from '../listing/folder-name.ts'

export const getMetadata = command({
  name: 'GETMETADATA',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 5464 §4.2',
  does: ['annotations'],
  parse(reader, context) {
    const before = readMetadataOptions(reader.space())
    const path = readFolderOrServer(reader, context)
    // RFC 5464 §4.2: the examples have the options here; §5 has them before the name.
    const after = readMetadataOptions(reader.space())
    return { path, options: before ?? after ?? plain, entries: readEntries(reader, readEntryOrRoot) }
  },
  async *run({ session, state }, { options, path, entries }) {
    const folder = await folderOrServer(state.mailbox, path)
    const { line, longest } = await metadataOf(state.mailbox, folder, { entries, options }, session.dialect)
    if (line !== undefined) yield line
    return longest > 0 ? { code: `METADATA LONGENTRIES ${longest}` } : {}
  },
})

export const setMetadata = command({
  name: 'SETMETADATA',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 5464 §4.3',
  literals: ({ line_octets }) => 1024 * 1024 + line_octets,
  does: ['annotations'],
  parse: (reader, context) => ({
    path: readFolderOrServer(reader.space(), context),
    values: readEntryValues(reader.space()),
  }),
  async run({ state }, { path, values }) {
    const folder = await folderOrServer(state.mailbox, path)
    // RFC 5464 §6.2.1: one user must not set entries that all users of a server see.
    if (!folder && values.some(({ entry }) => entry.startsWith('/shared/'))) {
      refuse('not-allowed', 'Clients cannot set shared entries of the server')
    }
    await state.mailbox.annotate(folder?.id, values)
  },
})

const plain: MetadataOptions = { depth: 0, maxSize: undefined }

/** Undefined for the empty name, which means the server. */
function readFolderOrServer(reader: ImapReader, dialect: ImapDialect): string | undefined {
  return reader.skip('""') ? undefined : readFolderName(reader, dialect) || undefined
}

const folderOrServer = async (mailbox: Mailbox, path: string | undefined): Promise<Folder | undefined> =>
  path === undefined ? undefined : folderNamed(mailbox, path)

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
