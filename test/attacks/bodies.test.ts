import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Route } from '../../src/core/http.ts'
import { openSpill } from '../../src/core/uploads/spill.ts'
import { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import { Bodies, type Body } from '../../src/programs/http/body.ts'
import { UPLOAD_PATH } from '../../src/protocols/graph/mail/attachments/upload-routes.ts'
import { type OpenServer, openServer } from '../support/server.ts'
import { registerAppWith } from '../support/directory.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { type AtEnd, openOnce, waitUntil } from '../support/lifecycle.ts'
import { RawHttpClient } from '../support/raw-http-client.ts'
import { attackersKey, signedBy } from './forge.ts'

const MIB = 1024 * 1024
const GRAPH = 'https://graph.microsoft.com'
const FORM = 'content-type: application/x-www-form-urlencoded\r\n'

/** Counts the octets that are held, and those that ever were. */
class WatchedBodies extends Bodies {
  charged = 0
  held = 0

  constructor(world: World, octets: number, pool?: UploadPool) {
    const settings = { octets_per_second: 16 * 1024, wait_seconds: 30 }
    super({ world, octets, timeout: 30_000, settings, ...(pool && { pool }) })
  }

  override ofCaller(id: string, gone: () => AbortSignal): Body {
    return this.#watched(super.ofCaller(id, gone))
  }

  override ofUnauthenticated(network: string, gone: () => AbortSignal): Body {
    return this.#watched(super.ofUnauthenticated(network, gone))
  }

  #watched(body: Body): Body {
    let own = 0
    const counted = (octets: number): void => {
      own += octets
      this.held += octets
      this.charged += octets
    }
    return {
      whole: () => body.whole(),
      get octets() {
        return body.octets
      },
      get failure() {
        return body.failure
      },
      add(piece) {
        counted(piece.length)
        return body.add(piece)
      },
      takes(octets) {
        counted(octets)
        return body.takes(octets)
      },
      drop: () => {
        this.held -= own
        own = 0
        body.drop()
      },
    }
  }
}

interface Stage {
  readonly context: OpenServer
  readonly budget: WatchedBodies
  readonly port: number
  readonly dial: (localAddress?: string) => RawHttpClient
}

async function opened(octets: number, atEnd: AtEnd = onTestFinished, pool?: UploadPool): Promise<Stage> {
  let budget: WatchedBodies | undefined
  const context = await openServer(undefined, {}, atEnd, {
    bodies: (world) => (budget = new WatchedBodies(world, octets, pool)),
  })
  await context.http.listen({ port: 0, host: '127.0.0.1' })
  const { port } = context.http.server.address() as AddressInfo
  const dialled: RawHttpClient[] = []
  atEnd(async () => {
    for (const it of dialled) it.drop()
    await context.http.close()
  })
  const dial = (localAddress?: string): RawHttpClient => {
    const connection = new RawHttpClient(port, localAddress)
    dialled.push(connection)
    return connection
  }
  return { context, budget: budget!, port, dial }
}

const forged = (): string =>
  signedBy(attackersKey.privateKey, { alg: 'RS256', kid: 'mine' }, { aud: GRAPH, exp: 2 ** 31, nbf: 0 })

const head = (line: string, fields: string): string => `${line} HTTP/1.1\r\nhost: localhost:8443\r\n${fields}\r\n`

/** A path that the route matches. */
const pathOf = ({ path }: Route, tenant: string): string =>
  path.replace(':tenant', tenant).replaceAll(/:\w+/g, '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11')

describe('a request whose token is not accepted', () => {
  const shared = openOnce((atEnd) => opened(256 * MIB, atEnd))

  it('is refused on every bearer route before its body is read', async () => {
    const { context, budget, dial } = shared()
    const bearer = context.services.flatMap(({ name, routes }) =>
      routes.flatMap((route) => (route.admit ? [{ name, route }] : [])),
    )
    expect(new Set(bearer.map(({ name }) => name))).toEqual(new Set(['graph', 'exchange', 'portal']))
    const charged = budget.charged
    for (const { route } of bearer) {
      const client = dial()
      const line = `${route.verb} ${pathOf(route, context.tenant.id)}`
      const fields = `authorization: Bearer ${forged()}\r\ncontent-type: application/json\r\ncontent-length: ${MIB}\r\n`
      await client.send(head(line, fields))
      // The secret of an upload session is in its URL, so the token does not count.
      const refusal = route.path.endsWith(UPLOAD_PATH) ? 404 : 401
      expect([line, (await client.answer())?.status]).toEqual([line, refusal])
      client.drop()
    }
    expect(budget.charged).toBe(charged)
  })

  it('has no route of Graph, Exchange or the portal that judges no token', () => {
    const { services } = shared().context
    const open = services
      .filter(({ name }) => ['graph', 'exchange', 'portal'].includes(name))
      .flatMap(({ routes }) => routes.filter(({ admit }) => !admit))
    expect(open).toEqual([])
  })

  it.each([
    ['no token', ''],
    ['a forged token', `authorization: Bearer ${forged()}\r\n`],
  ])('holds nothing on 200 connections that send 900 KB of 1 MiB: %s', async (_, authorization) => {
    const { budget, dial } = shared()
    const charged = budget.charged
    const part = Buffer.alloc(900 * 1024, 'a')
    const answers = Array.from({ length: 200 }, async (__, number) => {
      const path = number % 2 === 0 ? '/v1.0/applications' : '/adminapi/beta/contoso.test/InvokeCommand'
      const client = dial()
      const fields = `${authorization}content-type: application/json\r\ncontent-length: ${MIB}\r\n`
      await client.send(head(`POST ${path}`, fields))
      void client.send(part)
      const answer = await client.answer()
      client.drop()
      return answer?.status
    })
    expect(new Set(await Promise.all(answers))).toEqual(new Set([401]))
    expect([budget.charged - charged, budget.held]).toEqual([0, 0])
  })

  it('is not told to go on with a body that it waits to send', async () => {
    const { dial } = shared()
    const client = dial()
    const fields = `expect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: ${MIB}\r\n`
    await client.send(head('POST /v1.0/applications', fields))
    const answer = await client.answer()
    expect([answer?.status, answer?.headers.connection]).toEqual([401, 'close'])
    await client.closed
  })

  it('loses its connection when it goes on sending', async () => {
    const { context, dial } = shared()
    const client = dial()
    await client.send(head('POST /v1.0/applications', `content-type: application/json\r\ncontent-length: ${MIB}\r\n`))
    expect((await client.answer())?.status).toBe(401)
    context.world.advance(10_000)
    await client.closed
  })

  it('may be followed by another once its body has come', async () => {
    const { dial } = shared()
    const client = dial()
    await client.send(head('POST /v1.0/applications', 'content-type: application/json\r\ncontent-length: 100000\r\n'))
    expect((await client.answer())?.status).toBe(401)
    await client.send(Buffer.alloc(100_000, 'a'))
    await client.send(head('GET /v1.0/users', ''))
    expect((await client.answer())?.status).toBe(401)
  })

  it('has a path that leads nowhere, and its body is not read', async () => {
    const { budget, dial } = shared()
    const charged = budget.charged
    for (const path of [
      '/nowhere',
      '/v1.0/nowhere',
      '/postern/v1/nowhere',
      '/adminapi/nowhere',
      '/contoso.test/oauth2/x',
    ]) {
      const client = dial()
      await client.send(head(`POST ${path}`, `${FORM}content-length: 60000\r\n`))
      await client.send(Buffer.alloc(30_000, 'a'))
      expect((await client.answer())?.status).toBe(404)
      client.drop()
    }
    expect(budget.charged).toBe(charged)
  })
})

describe('a body that unpacks to far more', () => {
  const shared = openOnce((atEnd) => opened(256 * MIB, atEnd))
  const bomb = gzipSync(Buffer.alloc(50 * MIB))

  it('is not unpacked for a forged token', async () => {
    const { budget, dial } = shared()
    const client = dial()
    const fields = `authorization: Bearer ${forged()}\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n`
    await client.send(head('POST /v1.0/applications', fields))
    await client.send(bomb)
    expect((await client.answer())?.status).toBe(401)
    expect(budget.charged).toBe(0)
  })

  it('is refused once it exceeds the limit of the route, in the form of the route', async () => {
    const { context, budget, dial } = shared()
    const token = await context.token(undefined, GRAPH)
    const before = budget.charged
    const open = dial()
    await open.send(
      head('POST /contoso.test/oauth2/v2.0/token', `${FORM}content-encoding: gzip\r\ncontent-length: 60000\r\n`),
    )
    await open.send(bomb.subarray(0, 60_000))
    const refused = await open.answer()
    expect([refused?.status, JSON.parse(refused!.body)]).toMatchObject([413, { error: 'invalid_request' }])
    expect(budget.charged - before).toBeLessThanOrEqual(2 * 64 * 1024)

    const client = dial()
    const fields = `authorization: Bearer ${token}\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n`
    await client.send(head('POST /v1.0/applications', fields))
    await client.send(bomb)
    const answer = await client.answer()
    expect([answer?.status, JSON.parse(answer!.body)]).toMatchObject([
      413,
      { error: { code: 'RequestEntityTooLarge' } },
    ])
    expect(budget.charged - before).toBeLessThanOrEqual(MIB + 3 * 64 * 1024)
    expect(budget.held).toBe(0)
  })
})

/** The form that a program asks for a token with, in two parts. */
const form = (context: OpenServer): readonly [string, string] => {
  const text = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: context.admin.clientId,
    client_secret: context.admin.clientSecret,
    scope: `${GRAPH}/.default`,
    pad: 'a'.repeat(22_000),
  }).toString()
  return [text.slice(0, 20_000), text.slice(20_000)]
}

describe('bodies that arrive at the same time', () => {
  it('share a budget: one address cannot use up what others need', async () => {
    // Strangers have 128 KiB at the least, and one address has a quarter of that.
    const { context, budget, dial } = await opened(256 * 1024)
    const [first, rest] = form(context)
    const begin = (client: RawHttpClient, path = `/${context.tenant.id}/oauth2/v2.0/token`): Promise<void> =>
      client.send(head(`POST ${path}`, `${FORM}content-length: ${first.length + rest.length}\r\n`) + first)
    const slow = dial()
    await begin(slow)
    await waitUntil(() => budget.held === first.length)

    const refused = dial()
    await begin(refused)
    const answer = await refused.answer()
    expect(answer?.status).toBe(503)
    expect(answer?.headers['retry-after']).toBeDefined()
    expect(JSON.parse(answer!.body)).toMatchObject({ error: 'temporarily_unavailable', error_codes: [90033] })
    const onPage = dial()
    await begin(onPage, '/sign-in/password')
    const page = await onPage.answer()
    expect([page?.status, page?.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8'])

    const elsewhere = dial('127.0.0.2')
    await begin(elsewhere)
    await elsewhere.send(rest)
    expect((await elsewhere.answer())?.status).toBe(200)
    await slow.send(rest)
    expect((await slow.answer())?.status).toBe(200)
    await waitUntil(() => budget.held === 0)
  })

  it('go to disk where there is no memory for those of callers', async () => {
    const dir = temporaryDirectory()
    const settings = { spill_octets: 64 * MIB, spill_files: 8, octets_per_second: 16 * 1024, wait_seconds: 30 }
    const spill = await openSpill(path.join(dir, 'uploads'), { world: realWorld, settings, largest: 16 * MIB })
    const pool = new UploadPool({ world: realWorld, settings, spill })
    const { context, dial } = await opened(4 * MIB, onTestFinished, pool)
    await context.invoke('New-Mailbox', { Shared: true, Name: 'ada', PrimarySmtpAddress: 'ada@contoso.test' })
    const message = `From: a@contoso.test\r\n\r\n${'a'.repeat(70)}\r\n`.repeat(50_000)
    const client = dial()
    const fields = `authorization: Bearer ${await context.token()}\r\ncontent-type: message/rfc822\r\ncontent-length: ${message.length}\r\n`
    const place = `/postern/v1/${context.tenant.id}/mailboxes/ada@contoso.test/messages`
    await client.send(head(`POST ${place}`, fields) + message)
    expect((await client.answer())?.status).toBe(201)
  })

  it('of callers are not refused for what strangers hold', async () => {
    const { context, dial } = await opened(256 * 1024)
    const [first, rest] = form(context)
    for (let number = 2; number < 9; number++) {
      const client = dial(`127.0.0.${number}`)
      await client.send(
        head('POST /contoso.test/oauth2/v2.0/token', `${FORM}content-length: ${first.length + rest.length}\r\n`) +
          first,
      )
    }
    const payload = JSON.stringify({ displayName: 'Reader' })
    const token = await context.token(undefined, GRAPH)
    const client = dial()
    const fields = `authorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${payload.length}\r\n`
    await client.send(head('POST /v1.0/applications', fields) + payload)
    expect((await client.answer())?.status).toBe(201)
  })

  it('are given up where they take longer than they may, in the form of the route', async () => {
    const { context, budget, dial } = await opened(MIB)
    const token = await context.token(undefined, GRAPH)
    for (const [path, fields, found] of [
      [
        '/v1.0/applications',
        `authorization: Bearer ${token}\r\ncontent-type: application/json\r\n`,
        'Request_BadRequest',
      ],
      [`/${context.tenant.id}/oauth2/v2.0/token`, FORM, 'invalid_request'],
    ]) {
      const client = dial()
      await client.send(`${head(`POST ${path}`, `${fields}content-length: 60000\r\n`)}aaaa`)
      await waitUntil(() => budget.held > 0)
      context.world.advance(30_000)
      const answer = await client.answer()
      expect(answer?.status).toBe(408)
      expect(answer?.body).toContain(found)
      expect(budget.held).toBe(0)
      client.drop()
    }
  })

  it('hold nothing any more once their client is gone', async () => {
    const { budget, dial } = await opened(MIB)
    const client = dial()
    await client.send(`${head('POST /contoso.test/oauth2/v2.0/token', `${FORM}content-length: 60000\r\n`)}aaaa`)
    await waitUntil(() => budget.held > 0)
    client.drop()
    await waitUntil(() => budget.held === 0)
  })

  it('are asked for where the client waits to be told', async () => {
    const { context, dial } = await opened(MIB)
    const [first, rest] = form(context)
    const client = dial()
    const fields = `${FORM}expect: 100-continue\r\ncontent-length: ${first.length + rest.length}\r\n`
    await client.send(head(`POST /${context.tenant.id}/oauth2/v2.0/token`, fields))
    expect((await client.answer())?.status).toBe(100)
    await client.send(first + rest)
    expect((await client.answer())?.status).toBe(200)
  })

  it('have their token judged again where they took long', async () => {
    const { context, budget, dial } = await opened(MIB)
    const app = await registerAppWith(context, { roles: ['Exchange.ManageAsApp'] })
    const token = await context.token(app)
    const payload = JSON.stringify({ CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: {} } })
    const client = dial()
    const fields = `authorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${payload.length}\r\n`
    await client.send(head(`POST /adminapi/beta/${context.tenant.id}/InvokeCommand`, fields) + payload.slice(0, 9))
    await waitUntil(() => budget.held > 0)
    const { directory, tenant } = context
    const principal = (await directory.servicePrincipals.find(tenant.id, { appId: app.appId }))!
    await directory.servicePrincipals.update(tenant.id, principal.id, { accountEnabled: false })
    context.world.advance(1001)
    await client.send(payload.slice(9))
    expect((await client.answer())?.status).toBe(401)
  })
})
