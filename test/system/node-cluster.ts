import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Endpoint } from '../../bench/clients/endpoint.ts'
import type { ServerReady } from '../../src/programs/server.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { openBucket, type TestBucket } from '../support/s3.ts'
import { ServerProcess } from '../support/server-process.ts'
import { Balancer } from './balancer.ts'

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
      POSTERN_POSTGRES_URL: database.url,
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
    rmSync(this.folder, { recursive: true })
  }

  #file(name: string, content: string): string {
    const file = path.join(this.folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }
}
