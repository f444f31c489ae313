import type { Reader } from '../../../codecs/imap/reader.ts'
import { refuse } from '../../../core/refusal.ts'
import type { SpecialUse } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { naming, readFolderName } from '../folder-name.ts'
import { mailboxId } from '../object-id.ts'

export const create = command({
  name: 'CREATE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.3, RFC 6154 §3, RFC 8474 §4.1',
  parse: (reader, reading) => ({
    // A separator at the end says that folders will be made below; any folder can have some.
    path: readFolderName(reader.space(), reading).replace(/\/$/, ''),
    uses: reading.exchange || !reader.skip(' ') ? [] : readParameters(reader),
  }),
  async run({ session, state }, { path, uses }) {
    const { id } = await naming(state.mailbox.createFolder(path, onlyUse(uses)))
    // RFC 8474 §4.1
    return session.exchange ? {} : { code: `MAILBOXID (${mailboxId(id)})` }
  },
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
