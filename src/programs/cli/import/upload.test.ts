import { expect, it } from 'vitest'
import { decodeBatch } from '../../../codecs/portal/message-batch.ts'
import type { ClientReply } from '../client.ts'
import type { ApiSession } from '../connection/session.ts'
import { type Item, upload } from '../commands/import.ts'

const replied = (status: number, error?: { code: string; message: string }): ClientReply => ({
  status,
  headers: {},
  body: Buffer.from(error ? JSON.stringify({ error }) : '{}'),
})

const expiry = async () => undefined

/** A server that takes all messages of a batch or none, and refuses what is called bad. */
function choosy(refusal: ClientReply): { session: ApiSession; taken: string[] } {
  const taken: string[] = []
  const ask: ApiSession['ask'] = async (_api, { body }) => {
    const messages = decodeBatch(Buffer.from(body ?? '')).map(({ bytes }) => Buffer.from(bytes).toString())
    if (messages.includes('bad')) return refusal
    taken.push(...messages)
    return replied(201)
  }
  return { session: { origin: 'https://localhost', tenant: 'contoso.test', ask, expiry }, taken }
}

const items = (...texts: string[]): Item[] =>
  texts.map((text, at) => ({ path: `${at}.eml`, message: { bytes: Buffer.from(text) } }))
const place = { mailbox: 'info@contoso.test', folder: 'Inbox' }

it('a message that is refused takes no other one with it', async () => {
  const { session, taken } = choosy(replied(413, { code: 'TooLarge', message: 'It is too large.' }))
  expect(await upload(session, place, items('a', 'bad', 'b', 'bad'))).toEqual({
    imported: 2,
    failed: [
      { path: '1.eml', reason: 'It is too large.' },
      { path: '3.eml', reason: 'It is too large.' },
    ],
  })
  expect(taken).toEqual(['a', 'b'])
})

it('a refusal that is not about messages ends the whole', async () => {
  for (const code of ['NotFound', 'Forbidden', 'FolderRefused', 'InternalError']) {
    const { session, taken } = choosy(replied(400, { code, message: 'No.' }))
    await expect(upload(session, place, items('a', 'bad'))).rejects.toMatchObject({ exit: 1, code, message: 'No.' })
    expect(taken).toEqual([])
  }
})
