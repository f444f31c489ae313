import { connect, type Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer } from '../transcript-server.ts'

const MESSAGES = 320

let stage: TranscriptServer
let messages: Buffer[]

const header = (n: number): string => `Subject: ${'long '.repeat(n % 300)}${n}\r\n\r\n`
const body = (n: number): string => `${n} `.repeat(1 + ((n * 7919) % 15_000))

beforeEach(async () => {
  const play = {
    settings: imapSettings,
    make: (deps: Parameters<Parameters<typeof TranscriptServer.start<typeof imapSettings>>[0]['make']>[0]) =>
      createImap({ ...deps, frontEnd: 'classic' }),
  }
  stage = await TranscriptServer.start(play, 'standards', [])
  const mailbox = await stage.mailbox('ada')
  const inbox = await mailbox.folder('INBOX')
  messages = Array.from({ length: MESSAGES }, (_, n) => Buffer.from(header(n) + body(n)))
  await mailbox.append(
    inbox!.id,
    messages.map((bytes) => ({ bytes, flags: { system: 0, keywords: [] } })),
  )
})

afterEach(() => stage.close())

const literal = (text: string): string => `{${text.length}}\r\n${text}`
const command = 'FETCH 1:* (BODY.PEEK[HEADER] BODY.PEEK[TEXT] BODY.PEEK[] BODY.PEEK[HEADER.FIELDS (Subject)])'
const due = (): string =>
  messages
    .map((_, n) => {
      const [head, text] = [literal(header(n)), literal(body(n))]
      const whole = literal(header(n) + body(n))
      return `* ${n + 1} FETCH (BODY[HEADER] ${head} BODY[TEXT] ${text} BODY[] ${whole} BODY[HEADER.FIELDS (Subject)] ${head})\r\n`
    })
    .join('')

/** The whole output, for a client that may pause while it reads. */
async function told(client: Socket, rests: boolean): Promise<string> {
  const received: Buffer[] = []
  let octets = 0
  client.on('data', (chunk: Buffer) => {
    received.push(chunk)
    octets += chunk.length
    if (!rests || octets < 500_000) return
    octets = 0
    client.pause()
    void turns(30).then(() => client.resume())
  })
  const login = encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })
  client.write(`a AUTHENTICATE XOAUTH2 ${login}\r\nb EXAMINE INBOX\r\nc ${command}\r\nd LOGOUT\r\n`)
  await new Promise((resolve) => client.on('close', resolve))
  return Buffer.concat(received).toString('latin1')
}

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await turn()
}

describe('FETCH of many messages returns the content of each', () => {
  for (const secure of [false, true]) {
    for (const rests of [false, true]) {
      test(`${secure ? 'over TLS' : 'without TLS'}, to a client that ${rests ? 'pauses' : 'reads continuously'}`, async () => {
        const port = stage.port(secure)
        const dial = (): Socket =>
          secure ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port, '127.0.0.1')
        const clients = [told(dial(), rests), told(dial(), !rests)]
        for (const all of await Promise.all(clients)) {
          const start = all.indexOf('* 1 FETCH')
          const wanted = due()
          expect(all.slice(start, start + wanted.length) === wanted).toBe(true)
          expect(all.slice(start + wanted.length)).toMatch(/^c OK FETCH completed\.\r\n\* BYE/)
        }
      })
    }
  }
})
