import type { ModSeq } from '../../../core/ids.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { command, nothing } from '../command.ts'
import type { ImapSession } from '../conversation/session.ts'
import { highestDeleted } from '../message-limit.ts'
import type { Completion } from '../reply/reply.ts'
import { type Selected, writable } from '../state.ts'
import { pick, readSet } from '../view/message-sets.ts'
import { highestModSeqCode } from '../view/condstore.ts'

/** Expunges messages with `\Deleted` without EXPUNGE responses (RFC 3501 §6.4.2), unless the folder is read-only. */
export const close = command({
  name: 'CLOSE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.2, RFC 7162 §3.2.8',
  updates: 'none',
  parse: nothing,
  async run({ session, state }) {
    const { readOnly } = state.selected
    try {
      if (!readOnly) return await emptied(session, state.mailbox, state.selected)
    } finally {
      session.deselect()
    }
    return {}
  },
})

/** RFC 7162 §3.2.8: reports the mod-sequence if the client knows every other change before it. */
async function emptied(session: ImapSession, mailbox: Mailbox, { view, folder }: Selected): Promise<Completion> {
  const { upToDate, index } = view
  const noticed: ModSeq[] = []
  const stop = index.watch(({ modSeq }) => noticed.push(modSeq))
  try {
    const { uids, modSeq } = await mailbox.expunge(folder.id)
    const alone = upToDate && uids.length > 0 && noticed.every((each) => each === modSeq)
    return alone && session.dialect.qresync ? { code: `HIGHESTMODSEQ ${modSeq}` } : {}
  } finally {
    stop()
  }
}

export const unselect = command({
  name: 'UNSELECT',
  in: ['selected'],
  spec: 'RFC 3691 §2',
  updates: 'none',
  parse: nothing,
  async run({ session }) {
    session.deselect()
  },
})

/** Has no effect: every acknowledged change is durable already. */
export const check = command({
  name: 'CHECK',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.1',
  parse: nothing,
  async run() {},
})

/** The updates after the command report the removed messages. */
export const expunge = command({
  name: 'EXPUNGE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.3, RFC 4315 §2.1, RFC 7162 §3.2.9, RFC 9738 §3.1',
  uid: 'also',
  updates: 'own',
  does: ['expunge'],
  parse: (reader, context) => (context.uid ? readSet(reader.space(), context) : undefined),
  async run({ session, state }, set) {
    const { view, folder } = writable(state.selected)
    // RFC 9738 §3.1: only the UID form has a limit.
    const among = set && highestDeleted(pick(view, set, true).uids, view, session.deps.settings)
    const { uids } = await state.mailbox.expunge(folder.id, among?.uids)
    const limited = among?.limited === undefined ? {} : { limited: among.limited }
    return uids.length > 0 ? { ...limited, ...highestModSeqCode(session.dialect, view) } : limited
  },
})
