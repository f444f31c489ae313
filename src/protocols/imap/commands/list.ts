import { matcher } from '../../../codecs/imap/list-pattern.ts'
import type { Folder } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { specialUseText } from '../flag-text.ts'
import { folderLabel, quotedName, SEPARATOR } from '../folder-name.ts'

export const list = command({
  name: 'LIST',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.8',
  parse: (reader) => ({ reference: reader.space().astring(), pattern: reader.space().listPattern() }),
  async *run({ session, state }, { reference, pattern }) {
    // An empty pattern asks for the separator and the root.
    if (pattern === '') {
      yield `* LIST (\\Noselect) "${SEPARATOR}" ""\r\n`
      return
    }
    const { exchange, dialect } = session
    const matches = matcher(reference + pattern)
    for (const folder of inOrder(await state.mailbox.folders())) {
      const label = folderLabel(folder.path, dialect)
      if (!matches(label)) continue
      yield `* LIST (${attributes(folder, exchange).join(' ')}) "${SEPARATOR}" ${quotedName(label)}\r\n`
    }
  },
})

/** RFC 3348 §4, RFC 6154 §2; RFC 3501 §7.2.2 `\Marked`, which Exchange Online gives to folders with mail in them. */
function attributes(folder: Folder, exchange: boolean): string[] {
  const children = folder.hasChildren ? '\\HasChildren' : '\\HasNoChildren'
  const use = specialUseText(folder.specialUse, exchange)
  return [...(exchange && folder.count > 0 ? ['\\Marked'] : []), children, ...(use ? [use] : [])]
}

/** The inbox first, then each folder before those below it. */
const inOrder = (folders: readonly Folder[]): Folder[] => {
  const keyed = folders.map((folder) => ({ folder, key: orderKey(folder.path) }))
  return keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ folder }) => folder)
}

const orderKey = (path: string): string => (path === 'Inbox' ? '' : path.toLowerCase().replaceAll('/', '\0'))
