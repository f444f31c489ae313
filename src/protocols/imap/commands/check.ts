import { command, nothing } from '../command.ts'

/** Whatever was acknowledged is durable: there is nothing left to check. */
export const check = command({
  name: 'CHECK',
  in: ['selected'],
  spec: 'RFC 3501 §6.4.1',
  parse: nothing,
  async run() {},
})
