import { gzipSync } from 'node:zlib'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { EXCHANGE, type IdentityServer, openIdentityServer } from './identity-server.ts'

interface Answer {
  readonly status: number
  readonly head: string
  readonly body: {
    readonly value?: readonly Record<string, unknown>[]
    readonly '@odata.nextLink'?: string
    readonly error?: { readonly code: string; readonly details: readonly { readonly message: string }[] }
    readonly responses?: readonly { readonly id: string; readonly status: number; readonly body: Answer['body'] }[]
  }
}

const cmdlet = (CmdletName: string, Parameters: object = {}): string =>
  JSON.stringify({ CmdletInput: { CmdletName, Parameters } })

describe.runIf(available('curl', 'curl'))('curl, with the requests of scripts that administer Exchange', () => {
  let stage: IdentityServer
  let token: string
  let service: string

  beforeAll(async () => {
    stage = await openIdentityServer()
    const { admin, tenant, https } = stage.checkout.ready
    service = `${https}/adminapi/beta/${tenant.id}`
    const words = ['--client-id', admin.client_id, '--client-secret-file', admin.client_secret_file, '--raw']
    token = (await stage.checkout.postern('token', ...words, '--scope', `${EXCHANGE}/.default`)).stdout.trim()
  })
  afterAll(() => stage.close())

  const post = async (url: string, headers: Record<string, string>, body: string | Buffer): Promise<Answer> => {
    const file = path.join(stage.checkout.folder, 'body')
    writeFileSync(file, body)
    const named = Object.entries({ Authorization: `Bearer ${token}`, ...headers })
    const words = named.flatMap(([name, value]) => ['--header', `${name}: ${value}`])
    const common = ['--silent', '--show-error', '--include', '--compressed', '--cacert', stage.env.CA!]
    const outcome = await run('curl', [...common, ...words, '--data-binary', `@${file}`, url])
    expect(outcome.stderr).toBe('')
    const end = outcome.stdout.indexOf('\r\n\r\n')
    const head = outcome.stdout.slice(0, end)
    const status = Number(/^HTTP\/[\d.]+ (\d+)/.exec(head)?.[1])
    return { status, head, body: JSON.parse(outcome.stdout.slice(end + 4)) as Answer['body'] }
  }

  /** As CIPP does: the same body to each link, and spaces around the size of a page. */
  const cippHeaders = (size: number) => ({
    Prefer: `odata.maxpagesize = ${size}`,
    'parameter-based-routing': 'True',
    'X-AnchorMailbox': `UPN:SystemMailbox{8cc370d3-822a-4ab8-a926-bb94bd0641a9}@${stage.checkout.ready.tenant.domain}`,
    'Content-Type': 'application/json; charset=utf-8',
  })
  const asCipp = async (body: string, { query = '', size = 1000 } = {}) => {
    const found: Record<string, unknown>[] = []
    let pages = 0
    for (let url: string | undefined = `${service}/InvokeCommand?${query}`; url !== undefined; pages++) {
      const answer: Answer = await post(url, cippHeaders(size), body)
      expect(answer.status).toBe(200)
      found.push(...answer.body.value!)
      url = answer.body['@odata.nextLink']
    }
    return { found, pages }
  }

  /** As ExoHelper does: a connection and a client by name, and a body that says that it is UTF-8. */
  const asExoHelper = (name: string, parameters: object): Promise<Answer> => {
    const headers = {
      'X-CmdletName': name,
      'X-ClientApplication': 'ExoHelper',
      'X-SerializationLevel': 'Partial',
      'X-ResponseFormat': 'json',
      'X-AnchorMailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${stage.checkout.ready.tenant.id}`,
      'connection-id': '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f00',
      'client-request-id': '6f3a2c1e-0a3f-4a55-9c34-1a0a4f6f1f01',
      'Accept-Charset': 'UTF-8',
      'Content-Encoding': 'utf-8',
      'Content-Type': 'application/json',
      Prefer: 'odata.maxpagesize=100',
      warningaction: 'Continue',
    }
    return post(`${service}/InvokeCommand`, headers, cmdlet(name, parameters))
  }

  it('follows the link from page to page by the same POST', async () => {
    for (const Name of ['Zuse', 'Turing']) await asCipp(cmdlet('New-Mailbox', { Shared: true, Name }))
    const asked = cmdlet('Get-Mailbox', { ResultSize: 'Unlimited', RecipientTypeDetails: 'SharedMailbox' })
    const query = '$select=DisplayName,RecipientTypeDetails'
    const { found, pages } = await asCipp(asked, { query, size: 1 })
    expect(pages).toBe(2)
    expect(found.map(({ DisplayName }) => String(DisplayName)).toSorted()).toEqual(['Turing', 'Zuse'])
    for (const mailbox of found) expect(mailbox.RecipientTypeDetails).toBe('SharedMailbox')
  })

  it('reads what went wrong from the details, between bars', async () => {
    const { status, body } = await asExoHelper('Get-Mailbox', { Identity: 'nobody' })
    const [id, type, text] = body.error!.details[0]!.message.split('|')
    expect([status, body.error!.code]).toEqual([404, 'NotFound'])
    expect(id).toMatch(/^Ex[\dA-F]{6}$/)
    expect(type).toBe('Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException')
    expect(text).toContain("object 'nobody' couldn't be found")
  })

  it('changes a list by a hashtable, in a body that is compressed', async () => {
    const EmailAddresses = { '@odata.type': '#Exchange.GenericHashTable', add: ['konrad@contoso.test'] }
    const headers = { 'Content-Type': 'application/json;odata.metadata=minimal', 'Content-Encoding': 'gzip' }
    const asked = cmdlet('Set-Mailbox', { Identity: 'Zuse', EmailAddresses })
    expect((await post(`${service}/InvokeCommand`, headers, gzipSync(asked))).status).toBe(200)
    const { status, head, body } = await asExoHelper('Get-Mailbox', { Identity: 'konrad@contoso.test' })
    expect([status, body.value!.length]).toEqual([200, 1])
    expect(body.value![0]!.EmailAddresses).toContain('smtp:konrad@contoso.test')
    expect(head).toMatch(/\r\nrate-limit-remaining: \d+/i)
  })

  it('sends several at once, and is answered for each', async () => {
    const asked = (id: string, Identity: string) => ({
      id,
      method: 'POST',
      url: `/adminapi/beta/${stage.checkout.ready.tenant.id}/InvokeCommand?`,
      body: { CmdletInput: { CmdletName: 'Get-CASMailbox', Parameters: { Identity } } },
      headers: cippHeaders(1000),
    })
    const headers = { ...cippHeaders(1000), Prefer: 'odata.maxpagesize = 1000;odata.continue-on-error' }
    const batch = JSON.stringify({ requests: [asked('one', 'nobody'), asked('two', 'Zuse')] })
    const { status, body } = await post(`${service}/$batch`, headers, batch)
    expect(status).toBe(200)
    expect(body.responses!.map((it) => [it.id, it.status])).toEqual([
      ['one', 404],
      ['two', 200],
    ])
    const [failed, found] = body.responses!
    expect(failed!.body.error!.details[0]!.message).toContain('|')
    expect(found!.body.value).toEqual([expect.objectContaining({ ImapEnabled: true })])
  })
})
