import { writeString } from '../../../codecs/imap/string.ts'
import { type Redeemed, Redeeming } from '../urls/authorised-url.ts'
import { command } from '../command.ts'
import type { Reply } from '../reply/reply.ts'

/** What is larger is sent in pieces of this size. */
const PIECE = 256 * 1024

export const urlFetch = command({
  name: 'URLFETCH',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader) {
    const urls: string[] = []
    do urls.push(reader.space().astring())
    while (reader.peek() === ' ')
    return urls
  },
  async *run({ session, state }, urls) {
    const redeeming = new Redeeming(session, state)
    try {
      for (const text of urls) {
        const about = `* URLFETCH ${writeString(text)} `
        const found = await redeeming.redeem(text)
        if (found) yield* contents(about, found)
        else yield `${about}NIL\r\n`
      }
    } finally {
      redeeming.giveBack()
    }
  },
})

async function* contents(about: string, { mailbox, behind }: Redeemed): AsyncGenerator<Reply> {
  const { place, most } = behind
  if (!place || most <= PIECE) {
    const octets = await behind.read()
    yield [Buffer.from(`${about}{${octets.length}}\r\n`, 'latin1'), octets, Buffer.from('\r\n')]
    return
  }
  yield { piece: Buffer.from(`${about}{${most}}\r\n`, 'latin1'), last: false }
  for (let at = place.start; at < place.end; at += PIECE) {
    const piece = await mailbox.content(place.blob, at, Math.min(at + PIECE, place.end))
    // RFC 3501 §4.3: what was announced is what is sent.
    if (piece.length !== Math.min(PIECE, place.end - at)) throw new Error('A message is shorter than its row says')
    yield { piece, last: false }
  }
  yield { piece: Buffer.from('\r\n'), last: true }
}
