import { SmtpClient } from '../clients/smtp.ts'
import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'

/** Sessions that send the most; each four after them send half of what the four before sent. */
const LARGEST = 12
const DRIP_EVERY = 5000
const LINE = `${'x'.repeat(76)}\r\n`
const PIECE = LINE.repeat(500)

/**
 * Submission sessions that send most of a message after DATA and do not end it: large ones, and smaller ones for the
 * room between.
 */
export const openSubmissions: Abuse = ({ places, mailbox, token, volume }, tally) =>
  lanes(tally, { count: volume.submissions, between: 5000 }, async (lane, accepted) => {
    const client = await SmtpClient.signIn(places.submission, mailbox, token)
    try {
      await client.run(`MAIL FROM:<${mailbox}>`)
      await client.run(`RCPT TO:<${mailbox}>`)
      await client.run('DATA')
      client.write('Subject: slow\r\n\r\n')
      const octets = volume.submissionOctets / 2 ** Math.max(0, Math.ceil((lane + 1 - LARGEST) / 4))
      for (let sent = 0; sent < octets; sent += PIECE.length) await client.written(PIECE)
      accepted()
      const drip = setInterval(() => client.write(LINE), DRIP_EVERY)
      await client.closed
      clearInterval(drip)
    } finally {
      client.drop()
    }
  })
