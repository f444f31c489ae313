import { command } from '../command.ts'
import { toldUpTo } from '../condstore.ts'
import { pick, readSet } from '../sets.ts'
import { writable } from '../writable.ts'

/** What it removes is told by the news that follow. */
export const expunge = command({
  name: 'EXPUNGE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.3, RFC 4315 §2.1, RFC 7162 §3.2.9',
  uid: 'also',
  news: 'own',
  parse: (reader, reading) => (reading.uid ? readSet(reader.space(), reading) : undefined),
  async run({ session, state }, set) {
    const { view, folder } = writable(state.selected)
    const { uids } = await state.mailbox.expunge(folder.id, set && pick(view, set, true).uids)
    return uids.length > 0 ? toldUpTo(session.dialect, view) : {}
  },
})
