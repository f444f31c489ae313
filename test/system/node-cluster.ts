import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Client } from 'pg'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import type { ServerReady } from '../../src/programs/server.ts'
import { createDatabase, sharedPostgres, type TestDatabase } from '../support/postgres.ts'
import { openBucket, type TestBucket } from '../support/s3.ts'
import { ServerProcess } from '../support/server-process.ts'
import { Balancer } from './balancer.ts'

/** The right to send notices, which is taken from the nodes to cut them. */
const NOTIFY = 'execute on function pg_notify(text, text)'
const LISTENERS = ['https', 'imap', 'imaps', 'pop3', 'pop3s', 'submission', 'submissions'] as const

/** Processes of `postern serve` over one database and one bucket, behind a balancer. Nodes have the names a, b, c. */
export class NodeCluster {
  readonly database: TestDatabase
  readonly bucket: TestBucket
  readonly balancer: Balancer
  /** A directory of the test's own. */
  readonly folder = mkdtempSync(path.join(tmpdir(), 'postern-cluster-'))
  readonly #settings: Record<string, string>
  readonly #nodes = new Map<string, ServerProcess>()

  private constructor(
    database: TestDatabase,
    bucket: TestBucket,
    balancer: Balancer,
    settings: Record<string, string>,
  ) {
    this.database = database
    this.bucket = bucket
    this.balancer = balancer
    const { endpoint, region, bucket: name, accessKeyId, secretAccessKey } = bucket.options
    this.#settings = {
      POSTERN_STORE_ENGINE: 'postgres',
      POSTERN_POSTGRES_URL: asOwner(database.url),
      POSTERN_S3_ENDPOINT: endpoint,
      POSTERN_S3_REGION: region,
      POSTERN_S3_BUCKET: name,
      POSTERN_S3_ACCESS_KEY_ID: accessKeyId,
      POSTERN_S3_SECRET_ACCESS_KEY_FILE: this.#file('s3-secret', secretAccessKey),
      POSTERN_KEYS_MASTER_KEY_FILE: this.#file('master.key', 'a master key of more than 32 characters'),
      POSTERN_HTTPS_PUBLIC_URL: `https://localhost:${balancer.ports.https}`,
      ...settings,
    }
  }

  static async open(settings: Record<string, string> = {}): Promise<NodeCluster> {
    const [database, bucket, balancer] = await Promise.all([
      createDatabase('template0'),
      openBucket(),
      Balancer.open(LISTENERS),
    ])
    // The nodes' user is no superuser, who has every right.
    const owner = ownerOf(database.url)
    await query(database.url, `create role ${owner} login password '${owner}'`)
    await query(database.url, `alter database ${owner} owner to ${owner}`)
    await query(database.url, `revoke ${NOTIFY} from public`)
    await query(database.url, `grant ${NOTIFY} to ${owner}`)
    const cluster = new NodeCluster(database, bucket, balancer, settings)
    await Promise.all(['a', 'b', 'c'].map((name) => cluster.start(name)))
    return cluster
  }

  /** Starts a node, or starts it again on its data directory, and adds it to the balancer. */
  async start(name: string): Promise<ServerProcess> {
    const env = { ...this.#settings, POSTERN_NODE_NAME: name }
    let node = this.#nodes.get(name)
    if (node) await node.serve([], env)
    else node = await ServerProcess.start([], env)
    this.#nodes.set(name, node)
    await this.balancer.add({ name, ports: node.ready.ports, ca: readFileSync(node.ready.ca) })
    return node
  }

  /** Stops a node, and starts a program in its place. Returns the exit code of the node that was stopped. */
  async replace(name: string, program: string): Promise<number | null> {
    const node = this.node(name)
    const code = await node.end()
    node.program = program
    await this.start(name)
    return code
  }

  /** While `work` runs, no node can send notices to the others. */
  async withoutNotices<T>(work: () => Promise<T>): Promise<T> {
    const owner = ownerOf(this.database.url)
    await query(this.database.url, `revoke ${NOTIFY} from ${owner}`)
    const refuses = query(asOwner(this.database.url), `select pg_notify('a', 'b')`).then(
      () => false,
      () => true,
    )
    if (!(await refuses)) throw new Error('The nodes can still send notices')
    try {
      return await work()
    } finally {
      await query(this.database.url, `grant ${NOTIFY} to ${owner}`)
    }
  }

  node(name: string): ServerProcess {
    return this.#nodes.get(name)!
  }

  /** The ready object of a client of the balancer. */
  get ready(): ServerReady {
    const { ready } = this.node('a')
    return { ...ready, ports: this.balancer.ports, local_url: ready.https }
  }

  /** IMAP over TLS of the balancer, or of a node. */
  async imaps(name?: string): Promise<Endpoint> {
    if (name !== undefined) return this.node(name).imaps()
    return { ...(await this.node('a').imaps()), port: this.balancer.ports.imaps! }
  }

  async close(): Promise<void> {
    this.balancer.close()
    await Promise.all([...this.#nodes.values()].map((node) => node.close()))
    await this.bucket.close()
    await this.database.drop()
    await query(await sharedPostgres(), `drop role ${ownerOf(this.database.url)}`)
    rmSync(this.folder, { recursive: true })
  }

  #file(name: string, content: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }
}

/** The role and its password have the name of the database. */
const ownerOf = (url: string): string => new URL(url).pathname.slice(1)

function asOwner(url: string): string {
  const owned = new URL(url)
  owned.username = owned.password = ownerOf(url)
  return owned.href
}

async function query(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
