import { readNotify } from '../../../codecs/imap/notify-command.ts'
import { command } from '../command.ts'
import { wantedBy } from '../notify/filters.ts'
import { Notifier } from '../notify/notifier.ts'

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
    const notifier = await Notifier.begin(session, state.mailbox, wantedBy(set, session.dialect))
    if (set.status) yield* notifier.statuses()
    session.notify({ notifier, stop: state.mailbox.watch(() => session.wake()) })
  },
})
