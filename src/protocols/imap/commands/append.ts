import { compactSet, type MessageSet } from '../../../codecs/imap/sequence-set.ts'
import { refuse } from '../../../core/refusal.ts'
import type { NewMessage } from '../../../domain/mail/types.ts'
import { catenated } from '../appending/catenate.ts'
import { type CatenateMessage, readMessage } from '../appending/new-message.ts'
import { command } from '../command.ts'
import { destination, readFolderName } from '../listing/folder-name.ts'
import { refuseMany } from '../message-limit.ts'
import { lasting } from '../reply/flag-text.ts'
import { expungeIssued, pickWhole, readSet } from '../view/message-sets.ts'
import { highestModSeqCode } from '../view/condstore.ts'
import { writable } from '../state.ts'

export const append = command({
  name: 'APPEND',
  in: ['signed-in', 'selected'],
  spec: 'RFC 3501 §6.3.11, RFC 3502, RFC 4315 §3, RFC 3516 §4.4, RFC 4469 §3, RFC 6855 §4, RFC 9738 §3.1',
  // One command may have several messages, up to a quarter of the budget.
  literals: ({ message_octets, literal_budget_octets, line_octets }) =>
    Math.max(message_octets, literal_budget_octets / 4) + line_octets,
  quota: 'adds',
  does: ['append'],
  parse(reader, context) {
    const path = readFolderName(reader.space(), context)
    const messages: (NewMessage | CatenateMessage)[] = []
    do messages.push(readMessage(reader.space(), context))
    while (reader.peek() === ' ')
    return { path, messages }
  },
  async run({ session, state }, { path, messages }) {
    refuseMany(messages.length, session.deps.settings)
    const folder = await destination(state.mailbox, path)
    const { selected, exchange } = session
    const index = selected?.folder.id === folder.id ? selected.view.index : undefined
    const kept = messages.map((message) => ({ ...message, flags: lasting(message.flags, index, exchange) }))
    const { uidValidity, uids } = await catenated(session, state.mailbox, kept, (whole) =>
      state.mailbox.append(folder.id, whole),
    )
    return { code: `APPENDUID ${uidValidity} ${compactSet(uids)}` }
  },
})

/** Replaces a message in one transaction; the updates after it report both changes. */
export const replace = command({
  name: 'REPLACE',
  profile: 'standards',
  in: ['selected'],
  spec: 'RFC 8508 §3, RFC 4469 §3',
  uid: 'also',
  updates: 'own',
  literals: ({ message_octets, line_octets }) => message_octets + line_octets,
  quota: 'replaces',
  does: ['append'],
  parse: (reader, context) => ({
    set: oneOf(readSet(reader.space(), context)),
    path: readFolderName(reader.space(), context),
    message: readMessage(reader.space(), context),
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
    return highestModSeqCode(session.dialect, view)
  },
})

/** RFC 8508 §5: one number, not a set of them. */
function oneOf(set: MessageSet): MessageSet {
  const [range] = set
  if (set === '$' || set.length !== 1 || range![0] !== range![1]) refuse('bad-syntax', 'Expected one message')
  return set
}
