import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppId, TenantId } from '../../../core/ids.ts'
import type { Operation } from '../../../domain/audit/types.ts'
import { equivalents } from './equivalents.ts'
import { example, type Pattern } from './example.ts'

const operations = Object.keys(equivalents) as Operation[]
const pattern = (did: readonly Operation[], otherwise: Partial<Pattern> = {}): Pattern => ({
  tenant: '33333333-3333-4333-8333-333333333333' as TenantId,
  appId: '11111111-1111-4111-8111-111111111111' as AppId,
  as: 'app',
  mailbox: 'ada@contoso.test',
  did: new Set(did),
  ...otherwise,
})

const AsyncFunction = (async () => {}).constructor as new (...words: string[]) => (...given: unknown[]) => Promise<void>
const program = (text: string) => new AsyncFunction('fetch', 'process', 'console', text)

interface Sent {
  readonly method: string
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | URLSearchParams
}

/** Runs an example where Graph has so many unread messages in the inbox, and answers what was asked of it. */
async function run(text: string, messages: number): Promise<readonly Sent[]> {
  const sent: Sent[] = []
  let left = Array.from({ length: messages }, (_, n) => ({ id: `m${n}`, subject: `number ${n}` }))
  const answer = (url: string, { method, body }: Sent): object => {
    if (url.endsWith('/token')) return { access_token: 'a token' }
    if (url.includes('/delta')) return { value: [{ id: 'm' }], '@odata.deltaLink': `${url}&$deltatoken=1` }
    const [, id] = /\/messages\/(m\d+)/.exec(url) ?? []
    if (id && method !== 'GET') left = left.filter((it) => it.id !== id)
    if (id) return { value: [], body: { content: String(body) } }
    return { value: left.slice(0, 2) }
  }
  const fetch = async (url: string, options: Sent) => {
    sent.push({ ...options, url })
    const given = answer(url, options)
    return { ok: true, json: async () => given, arrayBuffer: async () => new ArrayBuffer(0) }
  }
  await program(text)(fetch, { env: { CLIENT_SECRET: 'a secret' } }, { log: () => {} })
  return sent
}

const inWords = (sent: readonly Sent[]): readonly string[] =>
  sent.map(({ method, url }) => `${method} ${new URL(url).pathname.replace('/v1.0/users/ada%40contoso.test', '')}`)

const handled = (id: string) => [`GET /messages/${id}/$value`, `PATCH /messages/${id}`, `POST /messages/${id}/move`]

describe('the example', () => {
  it('polls the unread, fetches each, marks it as read and moves it, until none is left', async () => {
    const text = example(pattern(['search unseen', 'fetch whole message', 'mark seen', 'move']))
    const sent = await run(text, 3)
    // Marking as read takes the message out of the list, and so would moving it: the first page is asked for each time.
    const list = 'GET /mailFolders/inbox/messages'
    expect(inWords(sent)).toEqual([
      'POST /33333333-3333-4333-8333-333333333333/oauth2/v2.0/token',
      list,
      ...handled('m0'),
      ...handled('m1'),
      list,
      ...handled('m2'),
      list,
    ])
    expect(sent[1]!.url).toContain('$filter=receivedDateTime ge 1900-01-01T00:00:00Z and isRead eq false&$orderby=')
    expect(sent[3]!).toMatchObject({
      body: '{"isRead":true}',
      headers: { authorization: 'Bearer a token', 'content-type': 'application/json', prefer: 'IdType="ImmutableId"' },
    })
  })

  it('retrieves and deletes as a POP3 program did', async () => {
    const sent = await run(example(pattern(['list messages', 'retrieve', 'delete'])), 1)
    expect(inWords(sent).slice(2)).toEqual([
      'GET /messages/m0/$value',
      'DELETE /messages/m0',
      'GET /mailFolders/inbox/messages',
    ])
  })

  it('sends, where that is all that was done', async () => {
    const sent = await run(example(pattern(['submit'])), 1)
    expect(inWords(sent).slice(1)).toEqual(['POST /sendMail'])
    expect(Buffer.from(sent[1]!.body as string, 'base64').toString()).toMatch(/^From: ada@contoso\.test\r\n/)
    expect(sent[1]!.headers).toMatchObject({ 'content-type': 'text/plain' })
  })

  it('takes the token that a person signed in for, where the app acts for people', async () => {
    const sent = await run(example(pattern(['list folders'], { as: 'person' })), 0)
    expect(inWords(sent)).toEqual(['GET /mailFolders'])
  })

  it('is a program whatever was done, and holds no more of an address than its letters', () => {
    fc.assert(
      fc.property(fc.subarray(operations), fc.string(), fc.constantFrom('app', 'person'), (did, mailbox, as) => {
        const text = example(pattern(did, { mailbox, as }))
        expect(() => program(text)).not.toThrow()
        expect(text.split('\n')[2]).toBe(`const mailbox = ${JSON.stringify(mailbox)}`)
      }),
    )
  })
})
