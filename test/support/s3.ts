import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buildApp } from 'fauxqs'
import { S3mini } from 's3mini'
import type { World } from '../../src/core/world.ts'
import { ObjectStore, type ObjectStoreOptions } from '../../src/storage/s3/object-store.ts'

/** The answer of a test to a request, instead of passing it on. */
export type Interference = 'cut' | { readonly status: number; readonly body: string } | undefined

/** A bucket of its own, behind a proxy that notes the requests and can interfere with them. */
export interface TestBucket {
  readonly options: Omit<ObjectStoreOptions, 'world'>
  /** Method and path of each request, in order: `PUT /bucket/key`. */
  readonly requests: string[]
  interfere: (request: string) => Interference
  /** Changes the body of the answer to a request. */
  alter: (request: string, body: Buffer) => Buffer
  /** Whether the answer to a request that the server has carried out is lost. */
  lose: (request: string) => boolean
  store(world: World): ObjectStore
  close(): Promise<void>
}

/** `http://KEY:SECRET@HOST:PORT` of an S3 server to be used instead of the one that comes as a package. */
const other = process.env['POSTERN_TEST_S3']

interface Server {
  readonly url: URL
  close(): Promise<void>
}

async function openServer(): Promise<Server> {
  if (other) return { url: new URL(other), close: async () => {} }
  const app = buildApp({ logger: false })
  await app.listen({ port: 0, host: '127.0.0.1' })
  app.server.unref()
  const { port } = app.server.address() as AddressInfo
  return { url: new URL(`http://key:secret@127.0.0.1:${port}`), close: () => app.close() }
}

/** Creates an empty bucket. */
async function createBucketOn({ url }: Server): Promise<TestBucket['options']> {
  const region = 'us-east-1'
  const bucket = `test-${randomBytes(8).toString('hex')}`
  const keys = { accessKeyId: url.username, secretAccessKey: decodeURIComponent(url.password) }
  await createBucket(`${url.origin}/${bucket}`, { ...keys, region })
  return { endpoint: url.origin, region, bucket, ...keys }
}

let shared: Promise<Server> | undefined

/** Creates a bucket on the server that the tests of this process share. Without a proxy, so it is faster. */
export async function createSharedBucket(): Promise<TestBucket['options']> {
  shared ??= openServer()
  return createBucketOn(await shared)
}

export async function openBucket(): Promise<TestBucket> {
  const server = await openServer()
  const made = await createBucketOn(server)
  const proxy = createServer((asked, answer) => void pass(opened, server.url, asked, answer))
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  const { port } = proxy.address() as AddressInfo
  const options = { ...made, endpoint: `http://127.0.0.1:${port}` }
  const opened: TestBucket = {
    options,
    requests: [],
    interfere: () => undefined,
    alter: (_, body) => body,
    lose: () => false,
    store: (world) => new ObjectStore({ ...options, world }),
    async close() {
      proxy.closeAllConnections()
      await new Promise((resolve) => void proxy.close(resolve))
      await server.close()
    },
  }
  return opened
}

/** Without a location, which some servers refuse. The signature does not include the body. */
async function createBucket(
  endpoint: string,
  keys: { accessKeyId: string; secretAccessKey: string; region: string },
): Promise<void> {
  const client = new S3mini({
    endpoint,
    ...keys,
    fetch: (url, init) => {
      const headers = new Headers(init?.headers)
      for (const name of ['content-length', 'content-type']) headers.delete(name)
      return fetch(url, { ...init, body: null, headers })
    },
  })
  if (!(await client.createBucket())) throw new Error(`The bucket ${endpoint} could not be created`)
}

async function pass(bucket: TestBucket, to: URL, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const name = `${asked.method} ${asked.url}`
  bucket.requests.push(name)
  const interference = bucket.interfere(name)
  if (interference === 'cut') return void asked.socket.destroy()
  if (interference) {
    asked.resume()
    return void answer.writeHead(interference.status, { 'content-type': 'application/xml' }).end(interference.body)
  }
  const { method, url: path, headers } = asked
  const passed = request({ host: to.hostname, port: to.port, method, path, headers }, (response) => {
    const pieces: Buffer[] = []
    response.on('data', (piece: Buffer) => pieces.push(piece))
    const finish = () => {
      const body = Buffer.concat(pieces)
      const altered = method === 'HEAD' ? body : bucket.alter(name, body)
      const { 'transfer-encoding': _, ...kept } = response.headers
      const length = method === 'HEAD' ? {} : { 'content-length': String(altered.length) }
      answer.writeHead(response.statusCode!, { ...kept, ...length }).end(altered)
    }
    response.on('end', () => (bucket.lose(name) ? void answer.destroy() : finish()))
  })
  passed.on('error', () => answer.destroy())
  asked.pipe(passed)
}
