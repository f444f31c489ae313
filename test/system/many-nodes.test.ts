import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Provisioned, provision, run } from '../support/server-process.ts'
import { available } from './browser.ts'
import { fetchByGetmail } from './getmail.ts'
import { EXCHANGE, claimsOf, type IdentityServer, identityServerOn } from './identity-server.ts'
import { mbsync, type MirrorStage } from './mirrors.ts'
import { NodeCluster } from './node-cluster.ts'
import { Program } from './program.ts'

const COUNT = 40
const SCOPE = `${EXCHANGE}/.default`
const python = '/usr/bin/python3'

let cluster: NodeCluster
let app: Provisioned
let token: string
let identity: IdentityServer

beforeAll(async () => {
  cluster = await NodeCluster.open({ POSTERN_PROFILE: 'exchange-online', POSTERN_ENTRA_ROPC: 'true' })
  const a = cluster.node('a')
  app = await provision(a, COUNT)
  identity = await identityServerOn(a)
  token = await fetchToken()
})
afterAll(async () => {
  identity?.administrator.close()
  await cluster?.close()
})

const fetchToken = async (): Promise<string> => {
  const words = ['token', '--client-id', app.clientId, '--client-secret', app.secret, '--scope', SCOPE, '--raw']
  return (await cluster.node('b').postern(...words)).stdout.trim()
}
const environment = () => {
  const { ready } = cluster
  return {
    CA: ready.ca,
    NODE_EXTRA_CA_CERTS: ready.ca,
    REQUESTS_CA_BUNDLE: ready.ca,
    AUTHORITY: `${ready.https}/${ready.tenant.id}`,
    IMAP: String(ready.ports.imap),
    IMAPS: String(ready.ports.imaps),
    IMAPS_PORT: String(ready.ports.imaps),
    POP3: String(ready.ports.pop3),
    POP3S: String(ready.ports.pop3s),
    POP3S_PORT: String(ready.ports.pop3s),
    SUBMISSION: String(ready.ports.submission),
    SUBMISSIONS: String(ready.ports.submissions),
    MAILBOX: app.mailbox,
    RECIPIENT: app.other,
    CLIENT_ID: app.clientId,
    CLIENT_SECRET: app.secret,
    TOKEN: token,
  }
}
/** Runs a client three times, so that its connections begin at every node. */
async function atEveryNode(client: () => Promise<void>): Promise<void> {
  const before = cluster.balancer.chosen.length
  for (let round = 0; round < 3; round++) await client()
  expect(new Set(cluster.balancer.chosen.slice(before))).toEqual(new Set(['a', 'b', 'c']))
}

describe('clients of three nodes behind a balancer without affinity', () => {
  it('imapflow and node-pop3 read the mailbox with tokens of MSAL for Node', async () => {
    const program = path.resolve(import.meta.dirname, '../../src/programs/demo/mail-program.ts')
    await atEveryNode(async () => {
      const listed = await run(process.execPath, [program, 'imap'], { env: environment() })
      expect(listed.stderr).toBe('')
      expect(listed.stdout.trim().split('\n')).toHaveLength(COUNT)
      const popped = await run(process.execPath, [program, 'pop3'], { env: environment() })
      expect(popped.stdout + popped.stderr).toContain(`${COUNT} messages`)
    })
  })

  it.runIf(available('getmail', 'getmail'))(
    'getmail fetches every message',
    async () => {
      await atEveryNode(async () => {
        const { ports, ca } = cluster.ready
        const { outcome, messages } = await fetchByGetmail({ port: ports.imaps!, mailbox: app.mailbox, token, ca })
        expect(outcome.code, outcome.stderr + outcome.stdout).toBe(0)
        const ids = messages.map((message) => /^Message-ID: <(.*)>/im.exec(message.toString('latin1'))?.[1])
        expect(new Set(ids).size).toBe(COUNT)
      })
    },
    300_000,
  )

  it.runIf(available('mbsync', 'mbsync'))(
    'mbsync carries changes in both directions, each run at another node',
    async () => {
      const tokenFile = path.join(cluster.folder, 'token')
      writeFileSync(tokenFile, token)
      const { ports, ca } = cluster.ready
      const stage: MirrorStage = { app, ca, imaps: ports.imaps!, inbox: 'Inbox', tokenFile, checkout: cluster }
      mbsync.configure(stage)
      const near = mbsync.folder(stage, 'INBOX')
      const synced = async () => {
        const outcome = await mbsync.sync(stage)
        expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0)
        return outcome
      }
      await synced()
      expect(near.messages().size).toBe(COUNT)
      let idle = await synced()
      await atEveryNode(async () => {
        const round = near.messages().size
        near.mark('letter-1@example.com', ['', 'S', 'FS'][round % 3]!)
        near.add(`near-${round}@example.com`, 'S', new Date(Date.UTC(2015, 4, 6)))
        await synced()
        idle = await synced()
        expect(mbsync.wasIdle(idle), idle.stdout + idle.stderr).toBe(true)
      })
      for (let round = COUNT; round < COUNT + 3; round++) near.remove(`near-${round}@example.com`)
      await synced()
      expect(near.messages().size).toBe(COUNT)
    },
  )

  it.runIf(available('Python’s poplib', python))('poplib reads the mailbox over POP3, on both ports', async () => {
    await atEveryNode(async () => {
      for (const [job, expected] of [
        ['pop', expect.objectContaining({ unique: COUNT })],
        ['stls', COUNT],
      ] as const) {
        const client = path.join(import.meta.dirname, 'clients', 'standard_library.py')
        const outcome = await run(python, [client, job], { env: environment() })
        expect(outcome.stderr).toBe('')
        expect(JSON.parse(outcome.stdout)).toEqual(expected)
      }
    })
  })

  it.runIf(available('Python’s smtplib', python))('smtplib submits messages, on both ports', async () => {
    await atEveryNode(async () => {
      for (const job of ['tls', 'starttls']) {
        const client = path.join(import.meta.dirname, 'clients', 'submission.py')
        const outcome = await run(python, [client, job], { env: environment() })
        expect(outcome.stderr).toBe('')
        expect(JSON.parse(outcome.stdout)).toMatchObject({ refused: {} })
      }
    })
    const exported = await cluster.node('c').json('export', app.other, path.join(cluster.folder, 'exported'))
    expect(exported).toMatchObject({ exported: 6 })
  })

  it('MSAL for Node gets tokens by secret, certificate, password and refresh token', async () => {
    const asApp = { CLIENT_ID: identity.program.clientId, CLIENT_SECRET: identity.program.secret, SCOPES: SCOPE }
    const mail = { CLIENT_ID: identity.nativeApp, SCOPES: `${EXCHANGE}/IMAP.AccessAsUser.All` }
    const jobs = {
      secret: asApp,
      certificate: asApp,
      password: mail,
      refresh: { ...mail, FURTHER_SCOPES: 'https://graph.microsoft.com/User.Read' },
    }
    await atEveryNode(async () => {
      for (const [job, env] of Object.entries(jobs)) {
        const got = await Program.node('msal-node.ts', job, { ...identity.env, ...env }).gets<{ accessToken: string }>()
        expect(claimsOf(got.accessToken).appid, job).toBe(env.CLIENT_ID)
      }
    })
  })

  it('Microsoft’s Graph client registers apps and consents', async () => {
    const { admin } = cluster.ready
    const secret = readFileSync(admin.client_secret_file, 'utf8')
    const env = { ...identity.env, CLIENT_ID: admin.client_id, CLIENT_SECRET: secret }
    await atEveryNode(async () => {
      const got = await Program.node('graph.ts', '', env).gets<Record<string, Record<string, unknown>>>()
      expect(got.principal).toMatchObject({ appId: got.app!.appId, accountEnabled: true })
      expect(claimsOf(got.token as unknown as string)).toMatchObject({
        appid: got.app!.appId,
        roles: ['IMAP.AccessAsApp'],
      })
      expect(got.signIns!.value).toMatchObject([{ appId: got.app!.appId, status: { errorCode: 0 } }])
      expect(got.missing).toEqual({ statusCode: 404, code: 'Request_ResourceNotFound' })
    })
  })
})
