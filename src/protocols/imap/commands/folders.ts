import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { SpecialUse } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import {
  folderLabel,
  folderNamed,
  mailboxId,
  naming,
  readFolderName,
  readRequestedName,
  type RequestedName,
} from '../listing/folder-name.ts'
import { folderLine, listLine, otherName } from '../listing/list-folders.ts'

export const create = command({
  name: 'CREATE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.3, RFC 9051 §6.3.4, RFC 6154 §3, RFC 8474 §4.1',
  does: ['create folder'],
  parse: (reader, context) => ({
    // A trailing separator announces children; any folder can have them.
    name: withoutSeparator(readRequestedName(reader.space(), context)),
    uses: context.exchange || !reader.skip(' ') ? [] : readParameters(reader),
  }),
  async *run({ session, state }, { name: { path, rawName }, uses }) {
    const folder = await naming(state.mailbox.createFolder(path, onlyUse(uses)))
    const was = otherName(folder, rawName, session.dialect)
    if (was !== undefined) yield folderLine(folder, session.dialect, was)
    // RFC 8474 §4.1
    return session.exchange ? {} : { code: `MAILBOXID (${mailboxId(folder.id)})` }
  },
})

const withoutSeparator = ({ path, rawName }: RequestedName): RequestedName => ({
  path: path.replace(/\/$/, ''),
  rawName: rawName.replace(/\/$/, ''),
})

const specialUses: readonly SpecialUse[] = ['\\Archive', '\\Drafts', '\\Junk', '\\Sent', '\\Trash']

/** Reads RFC 6154 §6 `create-param`: the requested special uses. */
function readParameters(reader: ImapReader): string[] {
  const parameters = reader.list(() => {
    reader.expect('USE')
    return reader.space().list(() => readUse(reader), 0)
  })
  if (parameters.length > 1) refuse('bad-syntax', 'USE appears twice')
  return parameters[0]!
}

function readUse(reader: ImapReader): string {
  reader.expect('\\')
  return `\\${reader.word()}`
}

/** RFC 6154 §3: Postern supports one use for each folder, and not every use. */
function onlyUse(uses: readonly string[]): SpecialUse | undefined {
  if (uses.length === 0) return undefined
  const known = specialUses.find((use) => use.toUpperCase() === uses[0])
  if (!known || uses.length > 1) refuse('not-allowed', 'Unsupported special use', { code: 'USEATTR' })
  return known
}

export const deleteFolder = command({
  name: 'DELETE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.4, RFC 9051 §6.3.5',
  does: ['delete folder'],
  parse: (reader, context) => readRequestedName(reader.space(), context),
  async *run({ session, state }, { path, rawName }) {
    const folder = await folderNamed(state.mailbox, path)
    const here = session.selected?.folder.id === folder.id
    if (here) session.deselect()
    await state.mailbox.deleteFolder(folder.id)
    const { dialect } = session
    const was = otherName(folder, rawName, dialect)
    if (was !== undefined) yield listLine({ label: folderLabel(folder.path, dialect), folder: undefined, was }, dialect)
  },
})

export const rename = command({
  name: 'RENAME',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.5, RFC 9051 §6.3.6',
  does: ['rename folder'],
  parse: (reader, context) => ({
    from: readFolderName(reader.space(), context),
    to: readFolderName(reader.space(), context),
  }),
  async *run({ session, state }, { from, to }) {
    const { dialect } = session
    const folder = await folderNamed(state.mailbox, from)
    await naming(state.mailbox.renameFolder(folder.id, to))
    if (!dialect.rev2) return
    const renamed = await folderNamed(state.mailbox, to)
    // RENAME of the inbox moves its messages, and the inbox stays.
    if (renamed.id === folder.id) yield folderLine(renamed, dialect, folderLabel(folder.path, dialect))
  },
})

/** A subscribed name does not need a folder. */
export const subscribe = command({
  name: 'SUBSCRIBE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.6',
  does: ['subscribe'],
  parse: (reader, context) => readFolderName(reader.space(), context),
  async run({ state }, path) {
    await naming(state.mailbox.setSubscribed(path, true))
  },
})

export const unsubscribe = command({
  name: 'UNSUBSCRIBE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.7',
  does: ['subscribe'],
  parse: (reader, context) => readFolderName(reader.space(), context),
  async run({ state }, path) {
    await naming(state.mailbox.setSubscribed(path, false))
  },
})
