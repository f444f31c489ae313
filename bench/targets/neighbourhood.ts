import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Grounds, Volume } from '../abuses/abuse.ts'
import { SEARCHED } from '../abuses/heavy-searches.ts'
import { ImapClient } from '../clients/imap.ts'
import type { Endpoint } from '../clients/endpoint.ts'
import { Corpus, light } from '../corpus/corpus.ts'
import { together } from '../measure/repeat.ts'
import { messageOf } from '../neighbours/message.ts'
import { ADDED, IN_INBOX, recipient, writer } from '../neighbours/visits.ts'
import { Administration, type Credential, type Ready } from './administration.ts'
import { type Places, type Target, userName } from './target.ts'

const ABUSER = 'abuser@bench.test'
/** The whole of 127.0.0.0/8 is this machine: the abusive caller has an address of its own. */
const OTHERS_ADDRESS = '127.0.0.1'
const ABUSER_ADDRESS = '127.0.0.2'
/** Milliseconds after which another caller takes no answer for a refusal. */
const PATIENCE = 20_000
const SCOPES = { graph: 'https://graph.microsoft.com/.default', exchange: 'https://outlook.office365.com/.default' }
const AT_ONCE = 200

/** A server with default limits, in which an abusive caller and others have mailboxes of the same tenant. */
export class Neighbourhood {
  readonly places: Required<Places>
  readonly tenant: string
  /** Of the app that all of the others use, and its token. */
  readonly credential: Credential
  readonly token: string
  /** The headers of an administrator's requests. */
  readonly graph: Readonly<Record<string, string>>
  readonly exchange: Readonly<Record<string, string>>
  readonly grounds: Grounds
  readonly #target: Target

  private constructor(target: Target, parts: Parts) {
    this.#target = target
    this.places = placesFrom(target.places, { from: OTHERS_ADDRESS, timeout: parts.patience })
    this.tenant = parts.tenant
    this.credential = parts.credential
    this.token = target.token(0)
    this.graph = { Authorization: `Bearer ${parts.adminTokens.graph}` }
    this.exchange = { Authorization: `Bearer ${parts.adminTokens.exchange}` }
    this.grounds = {
      places: placesFrom(target.places, { from: ABUSER_ADDRESS }),
      tenant: parts.tenant,
      mailbox: ABUSER,
      ...parts.abuser,
      volume: parts.volume,
    }
  }

  static async open(target: Target, volume: Volume, patience = PATIENCE): Promise<Neighbourhood> {
    const ready = JSON.parse(await readFile(path.join(target.folder, 'ready.json'), 'utf8')) as Ready & { ca: string }
    const secret = await readFile(ready.admin.client_secret_file, 'utf8')
    const administration = new Administration(ready, await readFile(ready.ca, 'utf8'), secret)
    try {
      const kept = path.join(target.folder, `abuser-${volume.messages}.json`)
      const fresh = !existsSync(kept)
      const credential = fresh
        ? await administration.provision('Abuser', [ABUSER])
        : (JSON.parse(await readFile(kept, 'utf8')) as Credential)
      const [graph, exchange, token] = await Promise.all([
        administration.adminToken(SCOPES.graph),
        administration.adminToken(SCOPES.exchange),
        administration.token(credential, SCOPES.exchange),
      ])
      const neighbourhood = new Neighbourhood(target, {
        tenant: ready.tenant.id,
        credential: JSON.parse(await readFile(path.join(target.folder, 'credential.json'), 'utf8')) as Credential,
        adminTokens: { graph, exchange },
        abuser: { credential, token },
        volume,
        patience,
      })
      if (fresh) {
        await neighbourhood.#fill()
        await writeFile(kept, JSON.stringify(credential), { mode: 0o600 })
      }
      await neighbourhood.tidy()
      return neighbourhood
    } finally {
      administration.close()
    }
  }

  get pid(): number {
    return this.#target.pid
  }

  /** Removes what earlier visits left, so that each round finds the same. */
  async tidy(): Promise<void> {
    await together(10, (index) =>
      this.#as(userName(writer(index)), async (client) => {
        await client.run(`DELETE ${ADDED}`).catch(() => undefined)
        await client.run(`CREATE ${ADDED}`)
      }),
    )
    await together(10, (index) => this.#as(userName(recipient(index)), empty))
  }

  stop(): Promise<void> {
    return this.#target.stop()
  }

  async #fill(): Promise<void> {
    const notes = new Corpus(6, light)
    // Mailboxes that are read, and maildrops.
    await together(30, (index) =>
      this.#as(userName(index), async (client) => {
        await empty(client)
        const messages = Array.from({ length: IN_INBOX }, (_, place) => messageOf(userName(index), 8000, place))
        await client.append('INBOX', messages)
      }),
    )
    const { mailbox, token, volume } = this.grounds
    await this.#as(
      mailbox,
      async (client) => {
        await client.run(`CREATE ${SEARCHED}`)
        for (let done = 0; done < volume.messages; done += AT_ONCE) {
          await client.append(SEARCHED, messagesOf(notes, done, Math.min(AT_ONCE, volume.messages - done)))
        }
      },
      token,
    )
  }

  async #as(user: string, work: (client: ImapClient) => Promise<void>, token = this.token): Promise<void> {
    const client = await ImapClient.signIn(this.#target.places.imap, user, token)
    await work(client)
    await client.logout()
  }
}

interface Parts {
  readonly tenant: string
  readonly credential: Credential
  readonly adminTokens: { readonly graph: string; readonly exchange: string }
  readonly abuser: { readonly credential: Credential; readonly token: string }
  readonly volume: Volume
  readonly patience: number
}

function placesFrom(places: Places, how: Pick<Endpoint, 'from' | 'timeout'>): Required<Places> {
  return Object.fromEntries(Object.entries(places).map(([name, place]) => [name, { ...place, ...how }])) as never
}

const messagesOf = (corpus: Corpus, first: number, count: number): Buffer[] =>
  Array.from({ length: count }, (_, index) => corpus.message(first + index))

async function empty(client: ImapClient): Promise<void> {
  const { lines } = await client.ask('SELECT INBOX')
  if (!lines.includes('* 0 EXISTS')) await client.run('STORE 1:* +FLAGS.SILENT (\\Deleted)')
  await client.run('CLOSE')
}
