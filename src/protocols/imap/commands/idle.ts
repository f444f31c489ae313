import { refuse } from '../../../core/refusal.ts'
import { command, nothing } from '../command.ts'
import { untilLine } from '../view/idling.ts'
import { flush } from '../reply/reply.ts'

export const idle = command({
  name: 'IDLE',
  in: ['signed-in', 'selected'],
  spec: 'RFC 2177 §3',
  does: ['idle'],
  parse: nothing,
  async *run({ session }) {
    yield `+ ${session.texts.idling}\r\n`
    yield flush
    const line = await untilLine(session)
    if (line.toString('latin1').toUpperCase() !== 'DONE') refuse('bad-syntax', 'Expected DONE')
  },
})
