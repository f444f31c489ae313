import { type ListCommand, readList } from '../../../codecs/imap/list-command.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { folderLabel, folderNamed, quotedName, readFolderName, SEPARATOR } from '../listing/folder-name.ts'
import { listLine } from '../listing/list-line.ts'
import { type ListReturn, readListReturn, listReturnLines } from '../listing/list-returns.ts'
import { listed, parentsOf } from '../listing/listed.ts'
import { Patterns } from '../listing/patterns.ts'
import { readStatusItems, requestedStatusItems } from '../listing/status-items.ts'

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
      wire.left,
    )
    const withSubscribed = selection.subscribed || returns.some(({ tell }) => tell === 'SUBSCRIBED')
    const names = {
      folders: await mailbox.folders(),
      subscriptions: withSubscribed ? await mailbox.subscriptions() : [],
    }
    for (const each of await listed(names, asked, selection, dialect)) {
      yield listLine(each, dialect)
      if (each.folder) yield* listReturnLines(session, mailbox, each.folder, returns)
    }
  },
})

export const lsub = command({
  name: 'LSUB',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.9',
  does: ['list folders'],
  parse: (reader) => ({ reference: reader.space().astring(), pattern: reader.space().listPattern() }),
  async *run({ session, state }, { reference, pattern }) {
    if (pattern === '') {
      yield `* LSUB (\\Noselect) "${SEPARATOR}" ""\r\n`
      return
    }
    const folders = await state.mailbox.folders()
    const there = new Set(folders.map(({ path }) => folderLabel(path, session.dialect)))
    const names = (await state.mailbox.subscriptions()).map((path) => folderLabel(path, session.dialect))
    const patterns = new Patterns([reference + pattern], session.dialect, session.wire.left)
    for (const [label, subscribed] of await matching(names, patterns)) {
      const attributes = subscribed && there.has(label) ? '' : '\\Noselect'
      yield `* LSUB (${attributes}) "${SEPARATOR}" ${quotedName(label)}\r\n`
    }
  },
})

/** Names that match, and unsubscribed parents that do in the place of a name below them which does not (§6.3.9 on `%`). */
async function matching(names: readonly string[], patterns: Patterns): Promise<Map<string, boolean>> {
  const subscribed = new Set(names)
  const found = new Map<string, boolean>()
  for (const name of names) {
    await patterns.turn()
    if (patterns.fit(name)) {
      found.set(name, true)
      continue
    }
    for (const parent of parentsOf(name)) {
      await patterns.turn()
      if (patterns.fit(parent)) found.set(parent, subscribed.has(parent))
    }
  }
  return found
}

export const status = command({
  name: 'STATUS',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.10, RFC 8438, RFC 9051 §6.3.11',
  does: ['folder status'],
  parse: (reader, reading) => ({
    path: readFolderName(reader.space(), reading),
    asked: readStatusItems(reader.space(), reading),
  }),
  async *run({ session, state }, { path, asked }) {
    yield* requestedStatusItems(session, state.mailbox, await folderNamed(state.mailbox, path), asked)
  },
})

export const namespace = command({
  name: 'NAMESPACE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2342 §5',
  parse: nothing,
  async *run() {
    yield `* NAMESPACE (("" "${SEPARATOR}")) NIL NIL\r\n`
  },
})
