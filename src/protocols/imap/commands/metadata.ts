import {
  type MetadataOptions,
  readEntries,
  readEntryOrRoot,
  readEntryValues,
  readMetadataOptions,
} from '../../../codecs/imap/metadata.ts'
import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderNamed, readFolderName } from '../listing/folder-name.ts'
import { metadataOf } from '../listing/folder-metadata.ts'

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
