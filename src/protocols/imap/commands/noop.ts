import { command, nothing } from '../command.ts'

export const noop = command({
  name: 'NOOP',
  in: ['greeted', 'signed-in', 'selected'],
  spec: 'RFC 3501 §6.1.2',
  parse: nothing,
  async run() {},
})
