import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { afterEach, describe, expect, test } from 'vitest'
import type { Profile } from '../../../src/core/profile.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { type ProtocolUnderTest, TranscriptServer } from '../transcript-server.ts'

const play: ProtocolUnderTest<typeof imapSettings> = {
  settings: imapSettings,
  make: (deps) => createImap({ ...deps, frontEnd: 'classic' }),
}
const profiles: Profile[] = ['standards', 'exchange-online']

let stage: TranscriptServer
const clients: ImapFlow[] = []

const setStage = async (profile: Profile, ...givens: string[]): Promise<void> => {
  stage = await TranscriptServer.start(
    play,
    profile,
    givens.map((text, line) => ({ line, text })),
  )
}

function client(accessToken: string, options: Partial<ImapFlowOptions> = {}): ImapFlow {
  const made = new ImapFlow({
    host: '127.0.0.1',
    port: stage.port(options.secure ?? true),
    secure: true,
    auth: { user: 'ada@contoso.test', accessToken },
    tls: { rejectUnauthorized: false },
    logger: false,
    ...options,
  })
  clients.push(made)
  return made
}

afterEach(async () => {
  for (const each of clients.splice(0)) each.close()
  await stage.close()
})

describe.each(profiles)('imapflow, %s', (profile) => {
  test('reads every message', async () => {
    await setStage(profile, 'INBOX has 300 messages')
    const flow = client('good')
    await flow.connect()
    const lock = await flow.getMailboxLock('INBOX')
    const seen: string[] = []
    for await (const message of flow.fetch('1:*', {
      uid: true,
      envelope: true,
      flags: true,
      bodyStructure: true,
      source: true,
    })) {
      expect(message.source?.toString()).toContain(`Subject: ${message.envelope?.subject}`)
      seen.push(`${message.seq} ${message.uid}`)
    }
    lock.release()
    expect(seen).toEqual(Array.from({ length: 300 }, (_, nth) => `${nth + 1} ${nth + 1}`))
    await flow.logout()
  })

  test('appends, flags, searches, copies, moves and deletes', async () => {
    await setStage(profile)
    const flow = client('good')
    await flow.connect()
    await flow.mailboxCreate('Projekte/Grün')
    const appended = await flow.append(
      'Projekte/Grün',
      Buffer.from('Subject: eins\r\n\r\nText\r\n'),
      ['\\Seen'],
      new Date('2026-07-17T02:44:25Z'),
    )
    expect(appended).toMatchObject({ uid: 1 })
    await flow.append('Projekte/Grün', Buffer.from('Subject: zwei\r\n\r\nText\r\n'))
    expect(await flow.status('Projekte/Grün', { messages: true, unseen: true })).toMatchObject({
      messages: 2,
      unseen: 1,
    })
    await flow.mailboxOpen('Projekte/Grün')
    expect(await flow.search({ subject: 'zwei' }, { uid: true })).toEqual([2])
    expect(await flow.messageFlagsAdd('2', ['\\Flagged'], { uid: true })).toBe(true)
    expect(await flow.search({ flagged: true, seen: false }, { uid: true })).toEqual([2])
    expect(await flow.messageCopy('1:*', 'Archive', { uid: true })).toMatchObject({ destination: 'Archive' })
    expect(await flow.messageMove('1', 'Deleted Items', { uid: true })).toMatchObject({ destination: 'Deleted Items' })
    expect(await flow.messageDelete('2', { uid: true })).toBe(true)
    expect(await flow.status('Projekte/Grün', { messages: true })).toMatchObject({ messages: 0 })
    await flow.mailboxClose()
    await flow.mailboxRename('Projekte/Grün', 'Alt')
    const listed = await flow.list()
    expect(listed.find(({ specialUse }) => specialUse === '\\Trash')?.path).toBe('Deleted Items')
    expect(listed.map(({ path }) => path)).toContain('Alt')
    await flow.mailboxDelete('Alt')
    await flow.logout()
  })

  test('gets new mail while it idles', async () => {
    await setStage(profile, 'INBOX has 1 message')
    const flow = client('good')
    await flow.connect()
    await flow.mailboxOpen('INBOX')
    const news = new Promise((resolve) => flow.once('exists', resolve))
    const idling = flow.idle()
    await stage.perform('INBOX gets 1 message')
    expect(await news).toMatchObject({ count: 2, prevCount: 1 })
    await flow.logout()
    await idling
  })

  test('reports a refusal', async () => {
    await setStage(profile)
    await expect(client('bad').connect()).rejects.toMatchObject({ authenticationFailed: true })
    await expect(client('no-permission').connect()).rejects.toMatchObject({ authenticationFailed: true })
    await expect(client('', { auth: { user: 'ada@contoso.test', pass: 'secret' } }).connect()).rejects.toThrow()
    expect(stage.access.signIns.map(({ failed }) => failed)).toContain('mailboxPermission')
  })

  test('starts TLS', async () => {
    await setStage(profile, 'no plaintext')
    const flow = client('good', { secure: false, doSTARTTLS: true })
    await flow.connect()
    expect(flow.secureConnection).toBe(true)
    await flow.logout()
  })
})
