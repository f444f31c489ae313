import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'
import { Administration } from '../../../bench/targets/administration.ts'
import { PostgresServer } from '../../support/postgres.ts'
import { openBucket, type TestBucket } from '../../support/s3.ts'
import type { SeededRandom } from '../../support/seeded-random.ts'
import { Victim } from '../victim.ts'
import { Balancer } from './balancer.ts'
import { FaultLog } from './fault-log.ts'
import { SoakNode } from './node.ts'

const NODES = 4
/** The nodes' role. It is no superuser, so that the right to send notices can be taken from it. */
const ROLE = 'postern'
const NOTIFY = 'execute on function pg_notify(text, text)'

/** Nodes over one database and one bucket, behind a balancer. */
export class Cluster {
  readonly log = new FaultLog()
  readonly nodes: readonly SoakNode[]
  readonly balancer: Balancer
  readonly #database: PostgresServer
  readonly #bucket: TestBucket

  private constructor(folder: string, database: PostgresServer, bucket: TestBucket, balancer: Balancer) {
    this.balancer = balancer
    this.#database = database
    this.#bucket = bucket
    const file = (name: string, content: string) => {
      const place = path.join(folder, name)
      writeFileSync(place, content, { mode: 0o600 })
      return place
    }
    const settings = {
      POSTERN_STORE_ENGINE: 'postgres',
      POSTERN_POSTGRES_URL: database.url('soak').replace('postgres@', `${ROLE}@`),
      POSTERN_S3_ENDPOINT: bucket.options.endpoint,
      POSTERN_S3_REGION: bucket.options.region,
      POSTERN_S3_BUCKET: bucket.options.bucket,
      POSTERN_S3_ACCESS_KEY_ID: bucket.options.accessKeyId,
      POSTERN_S3_SECRET_ACCESS_KEY_FILE: file('s3-secret', bucket.options.secretAccessKey),
      POSTERN_HTTPS_PUBLIC_URL: `https://localhost:${balancer.port('https')}`,
      POSTERN_KEYS_MASTER_KEY_FILE: file('master.key', 'a master key of more than 32 characters'),
    }
    this.nodes = Array.from({ length: NODES }, (_, nth) => {
      const name = `node-${nth}`
      return new SoakNode(name, new Victim(path.join(folder, name), { ...settings, POSTERN_NODE_NAME: name }), this.log)
    })
    balancer.backends = this.nodes
  }

  static async open(folder: string, chance: SeededRandom): Promise<Cluster> {
    const [database, bucket] = await Promise.all([PostgresServer.start({ fsync: true }), openBucket()])
    await run(database.url(), `create role ${ROLE} login`)
    await run(database.url(), `create database soak owner ${ROLE} template template0`)
    await run(database.url('soak'), `revoke ${NOTIFY} from public`)
    await run(database.url('soak'), `grant ${NOTIFY} to ${ROLE}`)
    const balancer = new Balancer(chance)
    await balancer.listen()
    const cluster = new Cluster(folder, database, bucket, balancer)
    // The first one makes the tables.
    await cluster.nodes[0]!.start()
    await Promise.all(cluster.nodes.slice(1).map((node) => node.start()))
    return cluster
  }

  /** Makes mailboxes and an app that may open them. Returns a token for them. */
  async provision(names: readonly string[]): Promise<{ addresses: readonly string[]; token: string }> {
    const { ready, ca } = this.nodes[0]!.victim
    const addresses = names.map((name) => `${name}@${ready.tenant.domain}`)
    const administration = new Administration(ready, ca, readFileSync(ready.admin.client_secret_file, 'utf8'))
    try {
      const credential = await administration.provision('Soak', addresses)
      return { addresses, token: await administration.token(credential, 'https://outlook.office365.com/.default') }
    } finally {
      administration.close()
    }
  }

  /** The server stops at once, as in a crash, and starts again after so many milliseconds. */
  async stopDatabase(milliseconds: number): Promise<void> {
    this.log.began('database')
    await this.#database.stop('QUIT')
    await pause(milliseconds)
    await this.#database.restart()
    this.log.ended('database')
  }

  async cutObjects(milliseconds: number): Promise<void> {
    this.log.began('objects')
    this.#bucket.interfere = () => 'cut'
    await pause(milliseconds)
    this.#bucket.interfere = () => undefined
    this.log.ended('objects')
  }

  /** No node can send a notice. The others find the changes by their marks. */
  async cutNotices(milliseconds: number): Promise<void> {
    await this.#administer(`revoke ${NOTIFY} from ${ROLE}`)
    await pause(milliseconds)
    await this.#administer(`grant ${NOTIFY} to ${ROLE}`)
  }

  /** Waits until no pack is only in the spool. Returns the milliseconds that this took. */
  async spoolEmpties(most: number): Promise<number> {
    const from = performance.now()
    for (;;) {
      const [row] = await run(
        this.#database.url('soak'),
        `select count(*)::integer as count from engine_pack where state in ('open', 'sealed')`,
      )
      const took = performance.now() - from
      if (row?.['count'] === 0) return took
      if (took > most) throw new Error(`The spool has ${String(row?.['count'])} packs ${most} ms after the load`)
      await pause(500)
    }
  }

  async close(): Promise<void> {
    this.balancer.close()
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.#bucket.close()
    await this.#database.close()
  }

  /** Tries again while the database is away. */
  async #administer(text: string): Promise<void> {
    for (;;) {
      try {
        await run(this.#database.url('soak'), text)
        return
      } catch (thrown) {
        if (!this.log.excusesStart()) throw thrown
        await pause(500)
      }
    }
  }
}

async function run(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}
