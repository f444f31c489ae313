import { command } from '../command.ts'
import { toldUpTo } from '../view/condstore.ts'
import { highestDeleted } from '../message-limit.ts'
import { pick, readSet } from '../view/sets.ts'
import { writable } from '../writable.ts'

/** What it removes is told by the news that follow. */
export const expunge = command({
  name: 'EXPUNGE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.3, RFC 4315 §2.1, RFC 7162 §3.2.9, RFC 9738 §3.1',
  uid: 'also',
  news: 'own',
  does: ['expunge'],
  parse: (reader, reading) => (reading.uid ? readSet(reader.space(), reading) : undefined),
  async run({ session, state }, set) {
    const { view, folder } = writable(state.selected)
    // RFC 9738 §3.1: it is the UID form that has a limit.
    const among = set && highestDeleted(pick(view, set, true).uids, view, session.deps.settings)
    const { uids } = await state.mailbox.expunge(folder.id, among?.uids)
    const limited = among?.limited === undefined ? {} : { limited: among.limited }
    return uids.length > 0 ? { ...limited, ...toldUpTo(session.dialect, view) } : limited
  },
})
