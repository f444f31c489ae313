import type { MessageSet } from '../../../codecs/imap/sequence-set.ts'
import { refuse } from '../../../core/refusal.ts'
import { catenated } from '../appending/catenate.ts'
import { command } from '../command.ts'
import { toldUpTo } from '../view/condstore.ts'
import { destination, readFolderName } from '../listing/folder-name.ts'
import { readMessage } from '../appending/new-message.ts'
import { expungeIssued, pickWhole, readSet } from '../view/sets.ts'
import { writable } from '../writable.ts'

/** A message in the place of another, as one step; the news that follow tell of both. */
export const replace = command({
  name: 'REPLACE',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 8508 §3, RFC 4469 §3',
  uid: 'also',
  news: 'own',
  literals: ({ message_octets, line_octets }) => message_octets + line_octets,
  does: ['append'],
  parse: (reader, reading) => ({
    set: oneOf(readSet(reader.space(), reading)),
    path: readFolderName(reader.space(), reading),
    message: readMessage(reader.space(), reading),
  }),
  async *run({ session, state, uid }, { set, path, message }) {
    const { mailbox, selected } = state
    const { view, folder } = writable(selected)
    const to = await destination(mailbox, path)
    const [replaced] = pickWhole(view, set, uid)
    if (replaced === undefined) return expungeIssued()
    const { uidValidity, uids } = await catenated(session, mailbox, [message], (whole) =>
      mailbox.append(to.id, whole, { folder: folder.id, uid: replaced }),
    )
    // RFC 8508 §3.3: before the EXPUNGE.
    yield `* OK [APPENDUID ${uidValidity} ${uids[0]!}] Replaced\r\n`
    return toldUpTo(session.dialect, view)
  },
})

/** RFC 8508 §5: one number, not a set of them. */
function oneOf(set: MessageSet): MessageSet {
  const [range] = set
  if (set === '$' || set.length !== 1 || range![0] !== range![1]) refuse('bad-syntax', 'Expected one message')
  return set
}
