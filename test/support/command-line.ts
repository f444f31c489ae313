import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PassThrough, Readable, Writable } from 'node:stream'
import { silentLog } from '../../src/core/log.ts'
import { replacePrivateFile } from '../../src/core/private-files.ts'
import { realWorld, type World } from '../../src/core/world.ts'
import { runCli } from '../../src/programs/cli/cli.ts'
import { type Overrides, readConfig } from '../../src/programs/config.ts'
import { type PosternServer, startServer } from '../../src/programs/server.ts'

export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: string
  /** Somebody sits there. */
  readonly terminal?: boolean
}

/** Runs the command line in this process. */
export async function postern(
  words: readonly string[],
  { env = {}, input = '', terminal }: CliOptions = {},
): Promise<Outcome> {
  const out = sink(terminal)
  const err = sink(terminal)
  const stdin = terminal ? Object.assign(new PassThrough(), { isTTY: true }) : Readable.from([Buffer.from(input)])
  if (stdin instanceof PassThrough) stdin.write(input)
  const code = await runCli(words, env, { stdin, stdout: out.stream, stderr: err.stream })
  return { code, out: out.text(), err: err.text() }
}

function sink(terminal = false) {
  const parts: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      parts.push(Buffer.from(chunk))
      done()
    },
  })
  return { stream: Object.assign(stream, { isTTY: terminal }), text: () => Buffer.concat(parts).toString('utf8') }
}

/** A server in this process, on free ports, and the command line against it. */
export class RunningServer {
  readonly folder: string
  #server: PosternServer
  #flags: Overrides

  constructor(folder: string, server: PosternServer, flags: Overrides = {}) {
    this.folder = folder
    this.#server = server
    this.#flags = flags
  }

  /** `flags` are settings by their full names. */
  static async start(flags: Overrides = {}, world?: World): Promise<RunningServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'postern-'))
    return new RunningServer(folder, await started(path.join(folder, 'data'), flags, world), flags)
  }

  /** On what is there already in `data` of the folder. */
  static async on(folder: string): Promise<RunningServer> {
    return new RunningServer(folder, await started(path.join(folder, 'data')))
  }

  get ready() {
    return this.#server.ready
  }

  get data(): string {
    return path.join(this.folder, 'data')
  }

  run(words: readonly string[], circumstances?: CliOptions): Promise<Outcome> {
    return postern([...words, '--data', this.data], circumstances)
  }

  /** Its result with `--json`; fails when it does. */
  async json<T = Record<string, unknown>>(...words: string[]): Promise<T> {
    const { code, out, err } = await this.run([...words, '--json'])
    if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}: ${err}`)
    return (out === '' ? undefined : JSON.parse(out)) as T
  }

  stop(): Promise<void> {
    return this.#server.close()
  }

  /** Starts it again after {@link stop}, with the same settings unless others are given. */
  async restart(flags = this.#flags): Promise<void> {
    this.#flags = flags
    this.#server = await started(this.data, flags)
  }

  async close(): Promise<void> {
    await this.#server.close()
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function started(dataDir: string, flags: Overrides = {}, world: World = realWorld): Promise<PosternServer> {
  const settings = readConfig({ flags: { port_base: 'auto', ...flags } })
  const server = await startServer({ dataDir, settings, world, log: silentLog })
  await replacePrivateFile(path.join(dataDir, 'server.json'), JSON.stringify(server.ready))
  return server
}
