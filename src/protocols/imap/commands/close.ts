import { command, nothing } from '../command.ts'

/** Removes what is marked as deleted without telling of each (RFC 3501 §6.4.2), unless the folder was only examined. */
export const close = command({
  name: 'CLOSE',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.2',
  news: 'none',
  parse: nothing,
  async run({ session, state }) {
    const { folder, readOnly } = state.selected
    session.deselect()
    if (!readOnly) await state.mailbox.expunge(folder.id)
  },
})
