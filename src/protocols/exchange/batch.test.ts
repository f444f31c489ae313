import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type OpenServer, openServer } from '../../../test/support/server.ts'

interface Responses {
  readonly responses: readonly {
    readonly id: string
    readonly status: number
    readonly body: {
      readonly value?: readonly Record<string, unknown>[]
      readonly '@odata.nextLink'?: string
      readonly error?: { readonly details: readonly { readonly message: string }[] }
    }
  }[]
}

const batch = (context: OpenServer, requests: unknown, asked: object = {}) =>
  context.ask('POST', `/adminapi/beta/${context.tenant.id}/$batch`, { payload: { requests }, ...asked })

const part = (context: OpenServer, id: unknown, CmdletName: string, Parameters: object = {}, further: object = {}) => ({
  id,
  method: 'POST',
  url: `https://outlook.office365.com/adminapi/beta/${context.tenant.id}/InvokeCommand?`,
  body: { CmdletInput: { CmdletName, Parameters } },
  headers: { Prefer: 'odata.maxpagesize = 1000;odata.continue-on-error', 'X-CmdletName': CmdletName },
  ...further,
})

describe('$batch', () => {
  it('gives each command an answer and a status of its own, in order, whatever became of the others', async () => {
    const context = await openServer()
    const answer = await batch(context, [
      part(context, 'a', 'New-Mailbox', { Shared: true, Name: 'info' }),
      part(context, 'b', 'Get-Mailbox', { Identity: 'nobody' }),
      part(context, 'c', 'Get-Mailbox', { Identity: 'info' }),
      part(context, 'd', 'Format-Disk'),
    ])
    expect(answer.statusCode).toBe(200)
    const { responses } = answer.json<Responses>()
    expect(responses.map(({ id, status }) => [id, status])).toEqual([
      ['a', 200],
      ['b', 404],
      ['c', 200],
      ['d', 404],
    ])
    expect(responses[1]!.body.error!.details[0]!.message).toMatch(
      /^Ex[0-9A-F]{6}\|Microsoft\.Exchange\.Configuration\.Tasks\.ManagementObjectNotFoundException\|The operation couldn't be performed because object 'nobody'/,
    )
    expect(responses[2]!.body.value).toMatchObject([{ Name: 'info' }])
  })

  it.each([
    ['the last segment alone', 'InvokeCommand'],
    ['a path', '/adminapi/beta/contoso.test/InvokeCommand?'],
    [
      'another version, and a host of the real service',
      'https://outlook.office365.com/adminapi/v1.0/contoso.test/invokecommand/',
    ],
  ])('takes a URL that is %s', async (_, url) => {
    const context = await openServer()
    const { responses } = (await batch(context, [part(context, 1, 'Get-Mailbox', {}, { url })])).json<Responses>()
    expect(responses).toMatchObject([{ id: '1', status: 200 }])
  })

  it('gives pages of the size that a part asks for, and their link goes on outside of the batch', async () => {
    const context = await openServer()
    await context.invoke('New-Mailbox', { Shared: true, Name: 'one' })
    await context.invoke('New-Mailbox', { Shared: true, Name: 'two' })
    const headers = { prefer: 'odata.maxpagesize=1' }
    const { responses } = (await batch(context, [part(context, 'a', 'Get-Mailbox', {}, { headers })])).json<Responses>()
    const link = responses[0]!.body['@odata.nextLink']!
    const next = await context.ask('GET', link.replace('https://localhost:8443', ''), { headers })
    expect(next.json()).toMatchObject({ value: [{ Name: 'two' }] })
  })

  it.each<[string, (context: OpenServer) => unknown]>([
    ['none', () => []],
    ['eleven', (context) => Array.from({ length: 11 }, (_, n) => part(context, `${n}`, 'Get-Mailbox'))],
    ['two with one id', (context) => [part(context, 'a', 'Get-Mailbox'), part(context, 'a', 'Get-Mailbox')]],
    ['one without an id', (context) => [part(context, undefined, 'Get-Mailbox')]],
    ['no list', () => ({})],
    ['nothing', () => undefined],
  ])('is refused whole when it holds %s', async (_, requests) => {
    const context = await openServer()
    expect((await batch(context, requests(context))).statusCode).toBe(400)
  })

  it.each([
    ['another method', { method: 'GET' }],
    ['another place', { url: '/adminapi/beta/contoso.test/Mailbox' }],
    ['a batch', { url: '$batch' }],
    ['another tenant', { url: '/adminapi/beta/fabrikam.test/InvokeCommand' }],
    ['no input', { body: {} }],
  ])('refuses a part that is for %s, and runs the rest', async (_, further) => {
    const context = await openServer()
    await context.directory.tenants.create('Fabrikam', 'fabrikam.test')
    const parts = [part(context, 'a', 'Get-Mailbox', {}, further), part(context, 'b', 'Get-Mailbox')]
    const { responses } = (await batch(context, parts)).json<Responses>()
    expect(responses.map(({ status }) => status)).toEqual([400, 200])
  })

  it('runs as the caller of the batch, whatever token a part names', async () => {
    const context = await openServer()
    const headers = { authorization: `Bearer ${await context.token()}` }
    const parts = [part(context, 'a', 'Get-Mailbox', {}, { headers })]
    expect((await batch(context, parts, { bearer: undefined })).statusCode).toBe(401)
  })

  it('answers any parts with answers or a refusal', async () => {
    const context = await openServer()
    const bearer = await context.token()
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.record(
        {
          id: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
          method: fc.oneof(fc.constant('POST'), fc.jsonValue({ maxDepth: 1 })),
          url: fc.oneof(fc.constantFrom('InvokeCommand', '//', '%', 'https://[', '../%zz/InvokeCommand'), fc.string()),
          headers: fc.jsonValue({ maxDepth: 2 }),
          body: fc.oneof(fc.constant({ CmdletInput: { CmdletName: 'Get-Mailbox' } }), fc.jsonValue({ maxDepth: 3 })),
        },
        { requiredKeys: [] },
      ),
    )
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(odd, { maxLength: 4 }), odd), async (requests) => {
        const answer = await batch(context, requests, { bearer })
        const { responses = [] } = answer.json<Partial<Responses>>()
        for (const status of [answer.statusCode, ...responses.map((it) => it.status)]) expect(status).toBeLessThan(500)
      }),
      { numRuns: 80 },
    )
  })
})
