import type { Arguments } from '../../../codecs/smtp/command-line.ts'
import { reply } from '../../../codecs/smtp/reply.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import { command } from '../command.ts'
import { receiveOctets } from '../receive.ts'
import { refuseWithoutRecipients } from '../recipients.ts'
import type { Session } from '../session.ts'
import { anywhere, type In } from '../state.ts'
import { submit } from '../submit.ts'

/** Whatever is wrong with the command, its octets are on their way, and must never be taken for commands. */
export const bdat = command({
  name: 'BDAT',
  in: anywhere,
  spec: 'RFC 3030 §2',
  parse: sizeOf,
  async *run({ session }, size) {
    if (size === undefined) {
      session.callOff(reply(421, '4.5.4', 'Without its size there is no telling where a chunk ends'))
      return
    }
    const state = await opened(session, size.octets)
    const { incoming } = state
    if (!(await receiveOctets(session, size.octets, (octets) => incoming.add(octets)))) return
    if (size.last || incoming.failure) yield await submit(session, state, incoming)
    else yield reply(250, '2.0.0', `${size.octets} octets received`)
  },
})

interface Size {
  readonly octets: number
  readonly last: boolean
}

/** Undefined for what is none. */
function sizeOf(args: Arguments): Size | undefined {
  const found = /^(\d{1,15})(?: +(LAST))?$/i.exec(args.rest())
  return found ? { octets: Number(found[1]), last: found[2] !== undefined } : undefined
}

/** The message that a chunk belongs to. Refuses when the chunk is out of the way. */
async function opened(session: Session, octets: number): Promise<In<'chunking'>> {
  try {
    const state = session.at(['transaction', 'chunking'])
    if (state.at === 'chunking') return state
    refuseWithoutRecipients(session, state.mail)
    const chunking = { ...state, at: 'chunking', incoming: session.incoming(state.mail) } as const
    session.state = chunking
    return chunking
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    if (!(await receiveOctets(session, octets))) refuse('gone', 'The client is gone')
    throw thrown
  }
}
