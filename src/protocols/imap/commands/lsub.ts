import { command } from '../command.ts'
import { folderLabel, quotedName, SEPARATOR } from '../listing/folder-name.ts'
import { parentsOf } from '../listing/listed.ts'
import { Patterns } from '../listing/patterns.ts'

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
    const patterns = new Patterns([reference + pattern], session.dialect, session.wire.closed)
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
