import type { ImapReader } from '../../../codecs/imap/reader.ts'
import { writeString } from '../../../codecs/imap/string.ts'
import { refuse } from '../../../core/refusal.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import type { ImapDialect } from '../dialect.ts'
import { folderNamed, folderText, quotedName, readFolderName } from '../listing/folder-name.ts'

export const myRights = command({
  name: 'MYRIGHTS',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4314 §3.5',
  does: ['access control'],
  parse: (reader, context) => readFolderName(reader.space(), context),
  async *run({ session, state }, path) {
    yield myRightsLine(await folderNamed(state.mailbox, path), session.dialect)
  },
})

export const getAcl = command({
  name: 'GETACL',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4314 §3.3',
  does: ['access control'],
  parse: (reader, context) => readFolderName(reader.space(), context),
  async *run({ session, state }, path) {
    const folder = await folderNamed(state.mailbox, path)
    yield `* ACL ${folderText(folder.path, session.dialect)} ${OWNER} ${rightsOn(folder)}\r\n`
  },
})

export const listRights = command({
  name: 'LISTRIGHTS',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4314 §3.4',
  does: ['access control'],
  parse: (reader, context) => ({
    path: readFolderName(reader.space(), context),
    identifier: readIdentifier(reader.space()),
  }),
  async *run({ session, state }, { path, identifier }) {
    const folder = await folderNamed(state.mailbox, path)
    // The owner always has all rights; no other identifier can have any.
    const rights = identifier.toLowerCase() === OWNER ? rightsOn(folder) : '""'
    const name = /^[!-~]+$/.test(identifier) ? quotedName(identifier) : writeString(identifier)
    yield `* LISTRIGHTS ${folderText(folder.path, session.dialect)} ${name} ${rights}\r\n`
  },
})

export const setAcl = command({
  name: 'SETACL',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4314 §3.1',
  does: ['access control'],
  parse(reader, context) {
    const path = readFolderName(reader.space(), context)
    readIdentifier(reader.space())
    // RFC 4314 §3.1: an unknown right is an error in the command.
    if (!/^[-+]?[a-z0-9]*$/.test(reader.space().astring())) refuse('bad-syntax', 'Invalid rights')
    return path
  },
  async run({ state }, path) {
    await folderNamed(state.mailbox, path)
    refuse('not-allowed', 'Only an administrator can grant permissions')
  },
})

export const deleteAcl = command({
  name: 'DELETEACL',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4314 §3.2',
  does: ['access control'],
  parse(reader, context) {
    const path = readFolderName(reader.space(), context)
    readIdentifier(reader.space())
    return path
  },
  async run({ state }, path) {
    await folderNamed(state.mailbox, path)
    refuse('not-allowed', 'Only an administrator can remove permissions')
  },
})

function readIdentifier(reader: ImapReader): string {
  const identifier = reader.astring()
  return identifier.length <= 1024 ? identifier : refuse('too-big', 'The identifier is too long', { code: 'LIMIT' })
}

/**
 * Every caller with access to a mailbox has the owner's rights on all its folders. Only an administrator changes
 * permissions, so each ACL has this one identifier, and IMAP cannot change it.
 */
const OWNER = 'owner'

/** RFC 4314 §2.1, and the two of RFC 2086 that it keeps (§2.1.1). */
const ALL = 'lrswipkxteacd'

/** The rights on a folder. The inbox cannot be deleted. */
const rightsOn = (folder: Folder): string => (folder.path === 'Inbox' ? ALL.replace('x', '') : ALL)

/** RFC 4314 §3.8 `MYRIGHTS`. */
export const myRightsLine = (folder: Folder, dialect: ImapDialect): string =>
  `* MYRIGHTS ${folderText(folder.path, dialect)} ${rightsOn(folder)}\r\n`
