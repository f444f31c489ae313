import { DataDecoder } from '../../codecs/smtp/data.ts'
import { reply } from '../../codecs/smtp/reply.ts'
import type { Incoming } from './incoming.ts'
import type { Session } from './session.ts'

/** How much is taken from the wire at a time. */
const PIECE = 64 * 1024

/** Takes a message up to the dot that ends it; false when the connection is over before. */
export async function receiveLines(session: Session, incoming: Incoming): Promise<boolean> {
  const decoder = new DataDecoder()
  while (isBearable(session, incoming.octets)) {
    const octets = await session.octets(PIECE)
    if (typeof octets === 'string') return false
    const { pieces, end } = decoder.push(octets)
    for (const piece of pieces) {
      const kept = incoming.add(piece)
      if (kept) await kept
    }
    if (end === undefined) continue
    session.wire.unread(octets.subarray(end))
    return true
  }
  return false
}

/** Takes so many octets; false when the connection is over before. */
export async function receiveOctets(
  session: Session,
  count: number,
  take: (octets: Buffer) => Promise<void> | undefined = () => undefined,
): Promise<boolean> {
  if (!isBearable(session, count)) return false
  for (let missing = count; missing > 0;) {
    const octets = await session.octets(Math.min(missing, PIECE))
    if (typeof octets === 'string') return false
    const taken = take(octets)
    if (taken) await taken
    missing -= octets.length
  }
  return true
}

/** Whether so many octets are read to their end, be it to be forgotten. A session that sends more is over. */
function isBearable(session: Session, count: number): boolean {
  const { message_octets, line_octets } = session.deps.settings
  if (count <= (session.isSignedIn ? message_octets * 2 : line_octets)) return true
  session.callOff(reply(421, '4.3.4', 'That is far more than is taken'))
  return false
}
