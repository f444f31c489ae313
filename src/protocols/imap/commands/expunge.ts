import { readSequenceSet } from '../../../codecs/imap/sequence-set.ts'
import { command } from '../command.ts'
import { pick } from '../sets.ts'
import { writable } from '../writable.ts'

/** What it removes is told by the news that follow. */
export const expunge = command({
  name: 'EXPUNGE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.3, RFC 4315 §2.1',
  uid: 'also',
  news: 'own',
  parse: (reader, { uid }) => (uid ? readSequenceSet(reader.space()) : undefined),
  async run({ state }, set) {
    const { view, folder } = writable(state.selected)
    await state.mailbox.expunge(folder.id, set && pick(view, set, true).uids)
  },
})
