import { SmtpClient } from '../clients/smtp.ts'
import type { Abuse } from './abuse.ts'
import { lanes } from './lanes.ts'

const DRIP_EVERY = 5000
const LINE = `${'x'.repeat(76)}\r\n`
const PIECE = LINE.repeat(10_000)

/** Submission sessions that send most of a large message after DATA and do not end it. */
export const openSubmissions: Abuse = ({ places, mailbox, token, volume }, tally) =>
  lanes(tally, { count: volume.submissions, between: 5000 }, async (_, accepted) => {
    const client = await SmtpClient.signIn(places.submission, mailbox, token)
    try {
      await client.run(`MAIL FROM:<${mailbox}>`)
      await client.run(`RCPT TO:<${mailbox}>`)
      await client.run('DATA')
      client.write('Subject: slow\r\n\r\n')
      for (let sent = 0; sent < volume.submissionOctets; sent += PIECE.length) await client.written(PIECE)
      accepted()
      const drip = setInterval(() => client.write(LINE), DRIP_EVERY)
      await client.closed
      clearInterval(drip)
    } finally {
      client.drop()
    }
  })
