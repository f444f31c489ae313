import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import path from 'node:path'
import { dovecotConfig, type DovecotSettings } from './dovecot-config.ts'
import { DovecotTokens } from './dovecot-tokens.ts'
import { freePorts } from './free-ports.ts'
import { type Launch, ServerProcess } from './server-process.ts'
import { type Places, type Target, USERS, userName } from './target.ts'

const PROGRAM = ['/usr/sbin/dovecot', '/usr/local/sbin/dovecot'].find(existsSync)

/** Why Dovecot cannot be measured here, if it cannot. */
export function dovecotMissing(): string | undefined {
  if (PROGRAM === undefined) return 'Dovecot is not installed (Debian: dovecot-imapd, dovecot-pop3d)'
  if (!existsSync('/usr/lib/dovecot/pop3')) return "Dovecot's POP3 server is not installed (Debian: dovecot-pop3d)"
  if (process.getuid?.() !== 0) return 'Dovecot has to be started by root, which gives its processes their users'
  return undefined
}

export interface DovecotOptions extends Omit<DovecotSettings, 'ports'> {
  /** PEM of what signed the certificate. */
  readonly ca: string
}

interface Parts {
  readonly folder: string
  readonly places: Places
  readonly description: string
  readonly launch: Launch
  readonly server: ServerProcess
  readonly tokens: readonly string[]
}

/** A private Dovecot on high ports of the loopback, with everything in one folder. */
export class Dovecot implements Target {
  readonly name = 'Dovecot'
  readonly description: string
  readonly folder: string
  readonly places: Places
  readonly #tokens: readonly string[]
  readonly #launch: Launch
  #server: ServerProcess

  private constructor(parts: Parts) {
    this.folder = parts.folder
    this.places = parts.places
    this.description = parts.description
    this.#tokens = parts.tokens
    this.#launch = parts.launch
    this.#server = parts.server
  }

  static async start({ ca, ...options }: DovecotOptions): Promise<Dovecot> {
    const { folder, format, fsync } = options
    await makeFolders(folder)
    const issuer = await DovecotTokens.open(folder)
    const [imap, imaps, pop3, pop3s] = (await freePorts(4)) as [number, number, number, number]
    const config = path.join(folder, 'dovecot.conf')
    await writeFile(config, dovecotConfig({ ...options, ports: { imap, imaps, pop3, pop3s } }))
    const launch: Launch = {
      command: PROGRAM!,
      args: ['-F', '-c', config],
      log: path.join(folder, 'output'),
      ready: async () => (await accepts(imap)) && (await accepts(pop3)),
    }
    const version = execFileSync(PROGRAM!, ['--version'], { encoding: 'utf8' }).split(' ')[0]
    const host = '127.0.0.1'
    return new Dovecot({
      folder,
      launch,
      description: `Dovecot ${version}, ${format}, mail_fsync=${fsync}`,
      server: await ServerProcess.start(launch),
      tokens: Array.from({ length: USERS }, (_, user) => issuer.issue(userName(user))),
      places: {
        imap: { host, port: imap },
        imaps: { host, port: imaps, ca },
        pop3: { host, port: pop3 },
        pop3s: { host, port: pop3s, ca },
      },
    })
  }

  get pid(): number {
    return this.#server.pid
  }

  token(user: number): string {
    return this.#tokens[user]!
  }

  ownToken(user: number): string {
    return this.#tokens[user]!
  }

  async restart(): Promise<void> {
    await this.#server.stop()
    this.#server = await ServerProcess.start(this.#launch)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

/** Processes that are not root's read the keys and write the mail. */
async function makeFolders(folder: string): Promise<void> {
  for (const name of ['run', 'state', 'mail', 'keys']) await mkdir(path.join(folder, name), { recursive: true })
  await chmod(folder, 0o755)
  execFileSync('chown', ['mail:mail', path.join(folder, 'mail')])
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
