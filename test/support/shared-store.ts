import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Overrides } from '../../src/programs/config.ts'
import { createDatabase, type TestDatabase } from './postgres.ts'
import { openBucket, type TestBucket } from './s3.ts'

/** An empty database and an empty bucket, and the settings of nodes that share them. */
export class SharedStore {
  readonly database: TestDatabase
  readonly bucket: TestBucket
  /** For files of the test. */
  readonly folder: string

  private constructor(database: TestDatabase, bucket: TestBucket) {
    this.database = database
    this.bucket = bucket
    this.folder = mkdtempSync(path.join(tmpdir(), 'postern-nodes-'))
  }

  /** `given` is an empty database; one on the shared server if absent. */
  static async open(given?: TestDatabase): Promise<SharedStore> {
    const [database, bucket] = await Promise.all([given ?? createDatabase('template0'), openBucket()])
    return new SharedStore(database, bucket)
  }

  /** The settings of a node, by their full names. */
  node(name: string, others: Overrides = {}): Overrides {
    const { endpoint, region, bucket, accessKeyId, secretAccessKey } = this.bucket.options
    return {
      'store.engine': 'postgres',
      'postgres.url': this.database.url,
      'node.name': name,
      // All nodes are one issuer of tokens.
      'https.public_url': 'https://mail.contoso.test',
      's3.endpoint': endpoint,
      's3.region': region,
      's3.bucket': bucket,
      's3.access_key_id': accessKeyId,
      's3.secret_access_key_file': this.file('s3-secret', secretAccessKey),
      'keys.master_key_file': this.file('master.key', 'a master key of more than 32 characters'),
      ...others,
    }
  }

  /** A settings file of a node. */
  config(name: string, others: Overrides = {}): string {
    return this.file(`${name}.yaml`, JSON.stringify(this.node(name, others)))
  }

  file(name: string, content: string): string {
    const place = path.join(this.folder, name)
    writeFileSync(place, content, { mode: 0o600 })
    return place
  }

  async close(): Promise<void> {
    await this.bucket.close()
    await this.database.drop()
    rmSync(this.folder, { recursive: true })
  }
}
