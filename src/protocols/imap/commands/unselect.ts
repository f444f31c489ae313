import { command, nothing } from '../command.ts'

export const unselect = command({
  name: 'UNSELECT',
  in: ['selected'],
  spec: 'RFC 3691 §2',
  news: 'none',
  parse: nothing,
  async run({ session }) {
    session.deselect()
  },
})
