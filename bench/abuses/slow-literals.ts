import { xoauth2 } from '../clients/xoauth2.ts'
import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'
import { Talk } from './talk.ts'

/** As large as a message may be, nearly. */
const ANNOUNCED = 35_000_000
const DRIP_EVERY = 5000

/** APPENDs of large messages of which a few octets arrive. */
export const slowLiterals: Abuse = ({ places, mailbox, token, volume }, tally) =>
  lanes(tally, { count: volume.literals, between: 1000 }, async (_, accepted) => {
    const talk = new Talk(places.imap)
    await talk.hear(/^\* OK/m)
    talk.say(`a AUTHENTICATE XOAUTH2 ${xoauth2(mailbox, token)}\r\n`)
    await talk.hear(/^a OK/m)
    talk.say(`b APPEND INBOX {${ANNOUNCED}}\r\n`)
    if (!(await talk.hear(/^(\+|b (NO|BAD))/m))?.startsWith('+')) return talk.drop()
    accepted()
    talk.say('Subject: slow\r\n\r\n....')
    const drip = setInterval(() => talk.say('.'), DRIP_EVERY)
    await talk.closed
    clearInterval(drip)
  })
