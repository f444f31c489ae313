import type { ModSeq } from '../../../core/ids.ts'
import type { Mailbox } from '../../../domain/mail/types.ts'
import { command, nothing } from '../command.ts'
import type { Done } from '../reply/reply.ts'
import type { Session } from '../conversation/session.ts'
import type { Selected } from '../state.ts'

/** Removes what is marked as deleted without telling of each (RFC 3501 §6.4.2), unless the folder was only examined. */
export const close = command({
  name: 'CLOSE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.2, RFC 7162 §3.2.8',
  news: 'none',
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

/** RFC 7162 §3.2.8: the mod-sequence is told where the client knows everything else that came before it. */
async function emptied(session: Session, mailbox: Mailbox, { view, folder }: Selected): Promise<Done> {
  const { quiet, index } = view
  const heard: ModSeq[] = []
  const stop = index.watch(({ modSeq }) => heard.push(modSeq))
  try {
    const { uids, modSeq } = await mailbox.expunge(folder.id)
    const alone = quiet && uids.length > 0 && heard.every((each) => each === modSeq)
    return alone && session.dialect.qresync ? { code: `HIGHESTMODSEQ ${modSeq}` } : {}
  } finally {
    stop()
  }
}
