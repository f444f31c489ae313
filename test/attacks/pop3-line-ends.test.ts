import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { pop3Settings } from '../../src/protocols/pop3/settings.ts'
import { TranscriptServer } from '../transcripts/transcript-server.ts'
import { xoauth2 } from '../../bench/clients/imap.ts'

/** Bodies that end a multi-line reply early for a reader with line ends of its own, and then forge the next answer. */
const bodies = [
  'x\r.\r+OK forged\r',
  'x\r.\n+OK forged\n',
  'x\r.\r\n+OK forged\r\n',
  'x\n.\r+OK forged\r',
  'x\n.\n+OK forged\n',
  'x\r\n.\r+OK forged\r',
  'x\r\r.\r\r.\r+OK forged\r\n',
  'x\r.',
  'x\r',
  `${'x'.repeat(300_000)}\r.\r+OK forged\r\n`,
  // A dot at each side of wherever the server cuts a long message.
  '\r.'.repeat(200_000),
  '\r.\r'.repeat(100_000),
]

/** The line ends that different readers accept. */
const readers: Readonly<Record<string, RegExp>> = {
  CRLF: /\r\n/,
  'CRLF, CR or LF': /\r\n|\r|\n/,
  'CR or LF, each by itself': /\r|\n/,
  'any number of CRs and LFs': /[\r\n]+/,
}

/** All octets of the answer, up to the answer to a NOOP that was sent behind it. */
async function answerTo(socket: Socket, command: string): Promise<string> {
  let received = ''
  const take = (chunk: Buffer) => void (received += chunk.toString('latin1'))
  socket.on('data', take)
  socket.write(`${command}\r\nNOOP\r\n`)
  while (!/\r\n\.\r\n\+OK[^\r\n]*\r\n$/.test(received)) await once(socket, 'data')
  socket.off('data', take)
  return received
}

describe('POP3 ends no message early for a reader whose line end is', () => {
  it.each(Object.entries(readers))('%s', async (_, lineEnd) => {
    const stage = await TranscriptServer.start({ settings: pop3Settings, make: createPop3 }, 'standards', [])
    onTestFinished(() => stage.close())
    const mailbox = await stage.mailbox('ada')
    const inbox = (await mailbox.folder('INBOX'))!
    const messages = bodies.map((body) => ({
      bytes: Buffer.from(`Subject: x\r\n\r\n${body}`),
      flags: { system: 0, keywords: [] },
    }))
    await mailbox.append(inbox.id, messages)

    const socket = connect(stage.port(false), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'data')
    socket.write(`AUTH XOAUTH2 ${xoauth2('ada@contoso.test', 'good')}\r\n`)
    await once(socket, 'data')
    for (const [place] of bodies.entries()) {
      for (const command of [`RETR ${place + 1}`, `TOP ${place + 1} 1`, `TOP ${place + 1} 1000000`]) {
        const lines = (await answerTo(socket, command)).split(lineEnd).filter((line) => line !== '')
        // The status, the message, the only line that is a dot, and the answer to NOOP.
        expect(lines.indexOf('.'), command).toBe(lines.length - 2)
        expect(lines.at(-1)).not.toContain('forged')
      }
    }
  })
})
