import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { PostgresServer } from '../../test/support/postgres.ts'
import { createSharedBucket } from '../../test/support/s3.ts'
import { usageOf } from '../measure/process-tree.ts'
import { Postern } from '../targets/postern.ts'
import { processOf } from './work.ts'

/** A PostgreSQL server that syncs its commits, and a bucket of an S3 server in this process. */
export class SharedStore {
  readonly #server: PostgresServer
  readonly #folder: string
  readonly #pid: number
  readonly bucket: Awaited<ReturnType<typeof createSharedBucket>>

  private constructor(server: PostgresServer, folder: string, pid: number, bucket: SharedStore['bucket']) {
    this.#server = server
    this.#folder = folder
    this.#pid = pid
    this.bucket = bucket
  }

  static async open(folder: string): Promise<SharedStore> {
    mkdirSync(folder, { recursive: true })
    const server = await PostgresServer.start({ fsync: true, settings: ['shared_buffers=512MB'] })
    return new SharedStore(server, folder, await processOf(server.url()), await createSharedBucket())
  }

  get url(): string {
    return this.#server.url()
  }

  /** Seconds of CPU that the database has used. */
  get databaseCpu(): number {
    return usageOf(this.#pid).cpu
  }

  /** Starts a server over this store. */
  node(name: string, beside?: Postern): Promise<Postern> {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = this.bucket
    return Postern.start({
      folder: path.join(this.#folder, name),
      profiles: undefined,
      ...(beside && { beside }),
      settings: {
        POSTERN_STORE_ENGINE: 'postgres',
        POSTERN_POSTGRES_URL: this.url,
        POSTERN_NODE_NAME: name,
        POSTERN_S3_ENDPOINT: endpoint,
        POSTERN_S3_REGION: region,
        POSTERN_S3_BUCKET: bucket,
        POSTERN_S3_ACCESS_KEY_ID: accessKeyId,
        POSTERN_S3_SECRET_ACCESS_KEY_FILE: this.#file('s3-secret', secretAccessKey),
        POSTERN_KEYS_MASTER_KEY_FILE: this.#file('master.key', 'a master key of more than 32 characters'),
      },
    })
  }

  async close(): Promise<void> {
    await this.#server.stop()
  }

  #file(name: string, content: string): string {
    const file = path.join(this.#folder, name)
    writeFileSync(file, content, { mode: 0o600 })
    return file
  }
}
