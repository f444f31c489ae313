import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ImapClient } from '../support/imap-client.ts'
import { LineClient } from '../support/line-client.ts'
import { type Provisioned, provision } from '../support/server-process.ts'
import { Administrator } from './administrator.ts'
import { makeNextVersion, THIS_VERSION } from './next-version.ts'
import { NodeCluster } from './node-cluster.ts'

const NODES = ['a', 'b', 'c'] as const
const SCOPE = 'https://outlook.office365.com/.default'
const NEXT = '99.0.0'
/** Messages that a session appends, and milliseconds between two sessions of a client. */
const TOGETHER = 3
const BETWEEN = 50

let cluster: NodeCluster
let app: Provisioned

beforeAll(async () => {
  cluster = await NodeCluster.open({ POSTERN_DRAIN_SECONDS: '2' })
  app = await provision(cluster.node('a'), 1)
})
afterAll(() => cluster?.close())

async function fetchToken(): Promise<string> {
  const administrator = new Administrator(cluster.ready)
  try {
    const form = { grant_type: 'client_credentials', client_id: app.clientId, client_secret: app.secret, scope: SCOPE }
    const { status, body } = await administrator.form('/oauth2/v2.0/token', form)
    if (status !== 200) throw new Error(`The token was refused: ${status} ${JSON.stringify(body)}`)
    return String(body.access_token)
  } finally {
    administrator.close()
  }
}

/** Counts what clients of the balancer could do, and what was refused. */
class Load {
  logins = 0
  /** Sessions that ended before the client ended them: their node stopped. */
  cutOff = 0
  readonly refused: string[] = []
  readonly acknowledged = new Set<string>()
  readonly #over = new AbortController()
  #letters = 0

  /** Works until the given work is done. */
  async during(work: () => Promise<void>): Promise<void> {
    const clients = [this.#appends(), this.#appends(), this.#pops(), this.#fetchesTokens()]
    try {
      await work()
    } finally {
      this.#over.abort()
      await Promise.all(clients)
    }
  }

  async #appends(): Promise<void> {
    const token = await fetchToken()
    const place = await cluster.imaps()
    await this.#sessions(
      () => ImapClient.signIn(place, app.mailbox, token),
      async (client) => {
        for (let nth = 0; nth < TOGETHER; nth++) {
          const subject = `letter-${(this.#letters += 1)}-end`
          const text = `Subject: ${subject}\r\n\r\nText\r\n`
          const { tagged } = await client.run(`APPEND INBOX {${text.length}+}\r\n${text}`)
          if (tagged.startsWith('OK')) this.acknowledged.add(subject)
          else this.refused.push(tagged)
        }
      },
    )
  }

  async #pops(): Promise<void> {
    const token = await fetchToken()
    const place = { ...(await cluster.imaps()), port: cluster.balancer.ports.pop3s! }
    await this.#sessions(
      () => LineClient.pop3(place, app.mailbox, token),
      async (client) => void (await client.ask('QUIT')),
    )
  }

  #fetchesTokens(): Promise<void> {
    return this.#sessions(
      async () => void (await fetchToken()),
      () => Promise.resolve(),
    )
  }

  async #sessions<C>(signIn: () => Promise<C>, use: (client: C) => Promise<void>): Promise<void> {
    while (!this.#over.signal.aborted) {
      try {
        const client = await signIn()
        this.logins += 1
        await use(client).catch((thrown: Error) => {
          if (!thrown.message.startsWith('The connection ended')) throw thrown
          this.cutOff += 1
        })
        if (client instanceof ImapClient || client instanceof LineClient) client.drop()
      } catch (thrown) {
        this.refused.push((thrown as Error).message)
      }
      await pause(BETWEEN)
    }
  }
}

describe('three nodes under load', () => {
  it('are replaced by the next version, and by this one again, without a refused login', async () => {
    const next = makeNextVersion(path.join(cluster.folder, 'next'), NEXT)
    const { version } = cluster.node('a').ready
    const load = new Load()
    const seen: string[] = []
    await load.during(async () => {
      for (const program of [next, THIS_VERSION]) {
        for (const name of NODES) {
          expect(await cluster.replace(name, program)).toBe(0)
          seen.push(cluster.node(name).ready.version)
          const before = load.logins
          while (load.logins < before + 10) await pause(BETWEEN)
        }
      }
    })
    expect(seen).toEqual([NEXT, NEXT, NEXT, version, version, version])
    expect(load.refused).toEqual([])
    expect(load.logins).toBeGreaterThan(60)
    const client = await ImapClient.signIn(await cluster.imaps(), app.mailbox, await fetchToken())
    await client.run('EXAMINE INBOX')
    const { untagged } = await client.run('FETCH 1:* BODY.PEEK[HEADER.FIELDS (SUBJECT)]')
    client.drop()
    const found = untagged.flatMap((line) => /letter-\d+-end/.exec(line)?.[0] ?? [])
    expect(new Set(found).size).toBe(found.length)
    expect([...load.acknowledged].filter((letter) => !found.includes(letter))).toEqual([])
    process.stderr.write(`\n${load.logins} logins, ${found.length} messages, ${load.cutOff} sessions cut off\n`)
  }, 600_000)

  it.each(['with', 'without'])('believe no token of a revoked key after a second, %s notices', async (how) => {
    const token = await fetchToken()
    const { kid } = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as { kid: string }
    const places = await Promise.all(NODES.map((name) => cluster.imaps(name)))
    const ports = NODES.map((name) => cluster.node(name).ready.ports.pop3s!)
    const sessions = await Promise.all(places.map((place) => ImapClient.signIn(place, app.mailbox, token)))
    const ends = sessions.map(async ({ ended }) => {
      await ended
      return performance.now()
    })
    const revoke = async () => {
      await cluster.node('a').json('Remove-SigningKey', kid, '-Confirm:$false')
      return Promise.all(ends)
    }
    const [first, ...others] = how === 'with' ? await revoke() : await cluster.withoutNotices(revoke)
    for (const end of others) expect(end - first!).toBeLessThan(1_500)
    const fresh = await fetchToken()
    for (const port of ports) {
      const pop3 = { ...places[0]!, port }
      await expect(LineClient.pop3(pop3, app.mailbox, token)).rejects.toThrow(/^-ERR \[AUTH\]/)
      const client = await LineClient.pop3(pop3, app.mailbox, fresh)
      await client.ask('QUIT')
    }
  })
})
