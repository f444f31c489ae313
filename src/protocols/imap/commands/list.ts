import { type ListCommand, readList } from '../../../codecs/imap/list-command.ts'
import { refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { SEPARATOR } from '../listing/folder-name.ts'
import { listLine } from '../listing/list-line.ts'
import { type ListReturn, readListReturn, toldOfFolder } from '../listing/list-returns.ts'
import { listed } from '../listing/listed.ts'
import { Patterns } from '../listing/patterns.ts'

export const list = command({
  name: 'LIST',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.8, RFC 5258, RFC 5819',
  does: ['list folders'],
  parse(reader, reading): ListCommand<ListReturn> {
    const asked = readList(reader, (name) => readListReturn(name, reader, reading))
    if (reading.exchange && asked.extended) refuse('bad-syntax', 'There is no extended LIST')
    return asked
  },
  async *run({ session, state }, { selection, reference, patterns, returns, extended }) {
    // An empty pattern asks for the separator and the root.
    if (patterns[0] === '' && !extended) {
      yield `* LIST (\\Noselect) "${SEPARATOR}" ""\r\n`
      return
    }
    const { mailbox } = state
    const { dialect, wire } = session
    const asked = new Patterns(
      patterns.map((pattern) => reference + pattern),
      dialect,
      wire.closed,
    )
    const withSubscribed = selection.subscribed || returns.some(({ tell }) => tell === 'SUBSCRIBED')
    const names = {
      folders: await mailbox.folders(),
      subscriptions: withSubscribed ? await mailbox.subscriptions() : [],
    }
    for (const each of await listed(names, asked, selection, dialect)) {
      yield listLine(each, dialect)
      if (each.folder) yield* toldOfFolder(session, mailbox, each.folder, returns)
    }
  },
})
