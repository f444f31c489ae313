import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { createImap } from '../../src/protocols/imap/server.ts'
import { imapSettings } from '../../src/protocols/imap/settings.ts'
import { createPop3 } from '../../src/protocols/pop3/server.ts'
import { pop3Settings } from '../../src/protocols/pop3/settings.ts'
import { type Log, silentLog } from '../../src/core/log.ts'
import type { Uid } from '../../src/core/ids.ts'
import { openServer } from '../support/server.ts'
import { ImapClient } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { appendMessages, findingsOf, folderIdOf, openMailStore, simpleMessage } from '../support/mail-store.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcripts/transcript-server.ts'

const ADA = 'ada@contoso.test'
const large = (word: string) =>
  `Subject: large\r\n\r\n${`${word} and some more words of a large message.\r\n`.repeat(20_000)}`

/** How a message that stands in a file is made one that cannot be read, and what the server says of it. */
const damages = {
  'one octet is another': (file: string, text: string) => {
    const octets = readFileSync(file)
    octets[octets.indexOf(text)]! ^= 4
    writeFileSync(file, octets)
  },
  // Linux: a read at the beginning of the own memory is an I/O error.
  'the disk cannot read it': (file: string) => {
    rmSync(file)
    symlinkSync('/proc/self/mem', file)
  },
  'the file is cut off': (file: string) => writeFileSync(file, ''),
  'the file is gone': (file: string) => rmSync(file),
} as const

const stages: TranscriptServer[] = []
afterEach(async () => {
  for (const stage of stages.splice(0)) await stage.close()
})

/** A folder of five messages, each in a file of its own, of which the third is damaged. */
const RARE = 'INBOX has "Subject: rare\\r\\n\\r\\nA rare text"'
const givens = [
  'segment 1',
  'INBOX has 1 message',
  'INBOX has 1 message',
  RARE,
  'INBOX has 1 message',
  'INBOX has 1 message',
].map((text, line) => ({ line, text }))

async function damagedThird(stage: TranscriptServer, damage: keyof typeof damages, text: string): Promise<void> {
  stages.push(stage)
  damages[damage](path.join(stage.dir, 'segments', '000003.seg'), text)
}

const make = (deps: ProtocolDeps<typeof imapSettings>) => createImap({ ...deps, frontEnd: 'classic' })
const imap = (): Promise<TranscriptServer> =>
  TranscriptServer.start({ settings: imapSettings, make }, 'standards', givens)

async function client(stage: TranscriptServer): Promise<ImapClient> {
  const client = await ImapClient.signIn({ host: '127.0.0.1', port: stage.port(false) }, ADA, 'good')
  onTestFinished(() => client.drop())
  await client.run('SELECT INBOX')
  return client
}

const numbersOf = (untagged: readonly string[]): number[] =>
  untagged.flatMap((it) => (/^\d+ FETCH \(.*BODY\[/.test(it) ? [Number.parseInt(it, 10)] : []))

describe.each(Object.keys(damages) as (keyof typeof damages)[])('where %s', (damage) => {
  it('IMAP fetches the other messages and answers NO [CORRUPTION]', async () => {
    const stage = await imap()
    await damagedThird(stage, damage, 'A rare text')
    const session = await client(stage)
    for (const command of [
      'FETCH 1:* (BODY.PEEK[])',
      'FETCH 1:* (UID BODY[] BODY[HEADER])',
      'UID FETCH 1:4 BODY.PEEK[]',
    ]) {
      const { untagged, tagged } = await session.run(command)
      expect(tagged).toBe('NO [CORRUPTION] One message is damaged and cannot be read.')
      expect(numbersOf(untagged)).toEqual(command.includes('1:4') ? [1, 2, 4] : [1, 2, 4, 5])
    }
    expect((await session.run('FETCH 3 BODY.PEEK[]')).tagged).toMatch(/^NO \[CORRUPTION\]/)
    expect((await session.run('FETCH 4 BODY.PEEK[]')).tagged).toMatch(/^OK/)
    // Data that is stored beside the message is still returned.
    expect((await session.run('FETCH 1:* (ENVELOPE BODYSTRUCTURE FLAGS RFC822.SIZE)')).tagged).toMatch(/^OK/)
  })

  it('IMAP searches the other messages', async () => {
    const stage = await imap()
    await damagedThird(stage, damage, 'A rare text')
    const session = await client(stage)
    for (const key of ['NOT BODY nothing', 'NOT TEXT nothing', 'HEADER Subject ""']) {
      const { untagged, tagged } = await session.run(`SEARCH ${key}`)
      expect(tagged).toMatch(/^OK/)
      const found = untagged
        .find((it) => it.startsWith('SEARCH'))!
        .split(' ')
        .slice(1)
      expect(found.filter((number) => number !== '3')).toEqual(['1', '2', '4', '5'])
    }
    const { tagged } = await session.run('SORT (SUBJECT) UTF-8 ALL')
    expect(tagged).toMatch(/^OK/)
  })

  it('POP3 answers -ERR [SYS/PERM] for it and gives the others', async () => {
    const stage = await TranscriptServer.start({ settings: pop3Settings, make: createPop3 }, 'standards', givens)
    await damagedThird(stage, damage, 'A rare text')
    const session = await LineClient.pop3({ host: '127.0.0.1', port: stage.port(false) }, ADA, 'good')
    onTestFinished(() => session.drop())
    const answers: string[] = []
    for (const number of [1, 2, 3, 4, 5]) {
      const answer = await session.ask(`RETR ${number}`)
      answers.push(answer.split(' ')[0]!)
      if (answer.startsWith('+OK')) await session.lines()
      else expect(answer).toMatch(/^-ERR \[SYS\/PERM\] The bytes of 3\.0\.\d+ /)
    }
    expect(answers).toEqual(['+OK', '+OK', '-ERR', '+OK', '+OK'])
  })

  it('verify names the message, and the log names its bytes once', async () => {
    const logged: string[] = []
    const log: Log = { ...silentLog, error: (_, text) => void logged.push(text) }
    const stage = await openMailStore({ segment: 1, log })
    const mailbox = await stage.mailbox()
    const inbox = await folderIdOf(mailbox, 'INBOX')
    const uids: Uid[] = []
    for (let nth = 0; nth < 3; nth += 1) uids.push(...(await appendMessages(mailbox, inbox, 1)))
    damages[damage](path.join(stage.dir, 'segments', '000002.seg'), 'Hello')
    for (let times = 0; times < 3; times += 1) {
      const [message] = await mailbox.messages(inbox, [uids[1]!])
      await expect(mailbox.content(message!.blob)).rejects.toMatchObject({ reason: 'damaged' })
    }
    expect(logged).toEqual([expect.stringMatching(/^The bytes of 2\.0\.\d+ .*: "postern verify" names the message$/)])
    const found = await findingsOf(stage.engine)
    expect(found).toEqual([expect.objectContaining({ kind: 'lost', about: 'bytes', folder: inbox, uid: uids[1] })])
  })
})

describe('a large message with one damaged octet', () => {
  it('is refused by IMAP before its literal begins, in every way to ask for it', async () => {
    const stage = await imap()
    stages.push(stage)
    const mailbox = await stage.mailbox('ada')
    const { id } = (await mailbox.folder('INBOX'))!
    const none = { system: 0, keywords: [] }
    await mailbox.append(id, [{ bytes: Buffer.from(large('rare')), flags: none }])
    await mailbox.append(id, [{ bytes: Buffer.from(large('fine')), flags: none }])
    damages['one octet is another'](path.join(stage.dir, 'segments', '000006.seg'), 'rare')
    const session = await client(stage)
    for (const item of ['BODY.PEEK[]', 'BODY.PEEK[TEXT]', 'BINARY.PEEK[1]', 'BODY.PEEK[]<0.800000>']) {
      const { untagged, tagged } = await session.run(`FETCH 6:7 ${item}`)
      expect(tagged).toMatch(/^NO \[CORRUPTION\] One message/)
      expect(untagged.filter((it) => it.startsWith('7 FETCH'))).toHaveLength(1)
      expect(untagged.filter((it) => it.startsWith('6 FETCH'))).toEqual([])
    }
  })

  it('is refused by POP3 before its first line', async () => {
    const stage = await TranscriptServer.start({ settings: pop3Settings, make: createPop3 }, 'standards', givens)
    stages.push(stage)
    const mailbox = await stage.mailbox('ada')
    const { id } = (await mailbox.folder('INBOX'))!
    await mailbox.append(id, [{ bytes: Buffer.from(large('rare')), flags: { system: 0, keywords: [] } }])
    damages['one octet is another'](path.join(stage.dir, 'segments', '000006.seg'), 'rare')
    const session = await LineClient.pop3({ host: '127.0.0.1', port: stage.port(false) }, ADA, 'good')
    onTestFinished(() => session.drop())
    expect(await session.ask('RETR 6')).toMatch(/^-ERR \[SYS\/PERM\]/)
    expect(await session.ask('TOP 1 0')).toMatch(/^\+OK/)
  })

  it('is refused by the export API, and the list of messages goes on without its digest', async () => {
    const context = await openServer()
    const answer = await context.invoke('New-Mailbox', { Shared: true, Name: 'ada', PrimarySmtpAddress: ADA })
    expect(answer.statusCode).toBe(200)
    const messages = `/postern/v1/${context.tenant.id}/mailboxes/${ADA}/folders`
    const folders = await context.ask('GET', messages)
    const inbox = folders.json<{ value: { id: number; path: string }[] }>().value.find(({ path }) => path === 'Inbox')!
    const of = `${messages}/${inbox.id}/messages`
    for (const payload of [simpleMessage('one'), Buffer.from(large('rare')), simpleMessage('three')]) {
      const made = await context.ask(
        'POST',
        `/postern/v1/${context.tenant.id}/mailboxes/${ADA}/messages?folder=Inbox`,
        {
          payload,
          headers: { 'content-type': 'message/rfc822' },
        },
      )
      expect(made.statusCode).toBeLessThan(300)
    }
    damages['one octet is another'](path.join(context.dir, 'segments', '000001.seg'), 'rare')
    const listed = (await context.ask('GET', `${of}?digest=sha256`)).json<{
      value: { uid: number; sha256?: string }[]
    }>()
    expect(listed.value.map(({ sha256 }) => sha256 !== undefined)).toEqual([true, false, true])
    const statuses = await Promise.all(
      listed.value.map(async ({ uid }) => (await context.ask('GET', `${of}/${uid}`)).statusCode),
    )
    expect(statuses).toEqual([200, 500, 200])
  })
})
