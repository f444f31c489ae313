import type { Reader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { SpecialUse } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { type GivenName, naming, readGivenName } from '../listing/folder-name.ts'
import { folderLine, otherName } from '../listing/list-line.ts'
import { mailboxId } from '../object-id.ts'

export const create = command({
  name: 'CREATE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.3, RFC 9051 §6.3.4, RFC 6154 §3, RFC 8474 §4.1',
  does: ['create folder'],
  parse: (reader, reading) => ({
    // A separator at the end says that folders will be made below; any folder can have some.
    name: withoutSeparator(readGivenName(reader.space(), reading)),
    uses: reading.exchange || !reader.skip(' ') ? [] : readParameters(reader),
  }),
  async *run({ session, state }, { name: { path, given }, uses }) {
    const folder = await naming(state.mailbox.createFolder(path, onlyUse(uses)))
    const was = otherName(folder, given, session.dialect)
    if (was !== undefined) yield folderLine(folder, session.dialect, was)
    // RFC 8474 §4.1
    return session.exchange ? {} : { code: `MAILBOXID (${mailboxId(folder.id)})` }
  },
})

const withoutSeparator = ({ path, given }: GivenName): GivenName => ({
  path: path.replace(/\/$/, ''),
  given: given.replace(/\/$/, ''),
})

const specialUses: readonly SpecialUse[] = ['\\Archive', '\\Drafts', '\\Junk', '\\Sent', '\\Trash']

/** RFC 6154 §6 `create-param`: the uses that are asked for. */
function readParameters(reader: Reader): string[] {
  const parameters = reader.list(() => {
    reader.expect('USE')
    return reader.space().list(() => readUse(reader), 0)
  })
  if (parameters.length > 1) refuse('bad-syntax', 'USE was given before')
  return parameters[0]!
}

function readUse(reader: Reader): string {
  reader.expect('\\')
  return `\\${reader.word()}`
}

/** RFC 6154 §3: a folder has one use here, and not every use is had. */
function onlyUse(uses: readonly string[]): SpecialUse | undefined {
  if (uses.length === 0) return undefined
  const known = specialUses.find((use) => use.toUpperCase() === uses[0])
  if (!known || uses.length > 1) refuse('not-allowed', 'No folder can be used like that', { code: 'USEATTR' })
  return known
}
