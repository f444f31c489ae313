import { readNotify } from '../../../codecs/imap/notify-command.ts'
import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { ImapNotifier, notifySubscription } from '../notify/notifier.ts'
import { flush } from '../reply/reply.ts'
import { idleUntilLine } from '../view/idling.ts'

export const notify = command({
  name: 'NOTIFY',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 5465 §3',
  does: ['idle'],
  parse: (reader) => readNotify(reader.space()),
  async *run({ session, state }, set) {
    if (!set) {
      session.notify(undefined)
      return
    }
    const notifier = await ImapNotifier.begin(session, state.mailbox, notifySubscription(set, session.dialect))
    if (set.status) yield* notifier.statuses()
    session.notify({ notifier, stop: state.mailbox.watch(() => session.wake()) })
  },
})

export const idle = command({
  name: 'IDLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2177 §3',
  does: ['idle'],
  parse: nothing,
  async *run({ session }) {
    yield `+ ${session.texts.idling}\r\n`
    yield flush
    const line = await idleUntilLine(session)
    if (line.toString('latin1').toUpperCase() !== 'DONE') refuse('bad-syntax', 'Expected DONE')
  },
})
