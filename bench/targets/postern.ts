import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Administration, type Credential, type Ready } from './administration.ts'
import { freePorts } from './free-ports.ts'
import { type Launch, ServerProcess } from './server-process.ts'
import { type Places, type Target, USERS, userName } from './target.ts'
import { type Crowd, type TokenTenants, tokenTenants } from './token-tenants.ts'

const root = path.resolve(import.meta.dirname, '../..')
const SCOPE = 'https://outlook.office365.com/.default'
const GRAPH = 'https://graph.microsoft.com/.default'

export interface PosternOptions {
  readonly folder: string
  /** A folder into which the server writes a CPU profile each time it stops. */
  readonly profiles: string | undefined
  /** Whether the limits for each address are the defaults, which stop a bench whose clients all come from one. */
  readonly defaultLimits?: boolean
  /** Further settings, as environment variables. */
  readonly settings?: Readonly<Record<string, string>>
  /** Another node of the same store, which has provisioned it. */
  readonly beside?: Postern
}

interface Parts {
  readonly folder: string
  readonly places: ReturnType<typeof placesAt>
  readonly description: string
  readonly launch: Launch
  readonly server: ServerProcess
  readonly profiles: string | undefined
  /** One for each mailbox, and then the one for all, and that of Graph. */
  readonly tokens: readonly string[]
}

/** This checkout's server: provisioned as an administrator would, sign-in records and all else as it is by default. */
export class Postern implements Target {
  readonly name = 'Postern'
  readonly description: string
  readonly folder: string
  readonly places: ReturnType<typeof placesAt>
  readonly #launch: Launch
  readonly #tokens: readonly string[]
  readonly #profiles: string | undefined
  #server: ServerProcess

  private constructor(parts: Parts) {
    this.folder = parts.folder
    this.places = parts.places
    this.description = parts.description
    this.#tokens = parts.tokens
    this.#launch = parts.launch
    this.#profiles = parts.profiles
    this.#server = parts.server
  }

  static async start(options: PosternOptions): Promise<Postern> {
    const { folder, profiles, defaultLimits = false, settings, beside } = options
    await mkdir(folder, { recursive: true })
    const ports = await freePorts(6)
    const readyFile = path.join(folder, 'ready.json')
    // Nodes of one store issue tokens under one name.
    const sharedName = settings && {
      POSTERN_HTTPS_PUBLIC_URL: `https://localhost:${beside?.places.https.port ?? ports[0]}`,
    }
    const launch: Launch = {
      command: process.execPath,
      args: [
        // Finer profiles keep the server from coming to rest.
        ...(profiles === undefined ? [] : ['--cpu-prof', '--cpu-prof-interval=2500', `--cpu-prof-dir=${profiles}`]),
        path.join(root, 'bin', 'postern.js'),
        'serve',
        '--data',
        path.join(folder, 'data'),
        '--ready-file',
        readyFile,
      ],
      env: { ...environment(ports), ...(defaultLimits ? {} : manyFromOneAddress), ...settings, ...sharedName },
      log: path.join(folder, 'log'),
      ready: () => Promise.resolve(existsSync(readyFile)),
    }
    // Left by a server that was killed.
    await rm(readyFile, { force: true })
    const server = await ServerProcess.start(launch)
    const ready = JSON.parse(await readFile(readyFile, 'utf8')) as Ready & { ca: string; version: string }
    const ca = await readFile(ready.ca, 'utf8')
    return new Postern({
      description: `Postern ${ready.version}`,
      folder,
      launch,
      server,
      profiles,
      places: placesAt(ports, ca),
      tokens: beside ? beside.#tokens : await tokensFrom(ready, ca, folder),
    })
  }

  /** Files: what the listeners present, its key, and the authority that signed it. */
  get certificate(): { certificate: string; key: string; ca: string } {
    const file = (name: string) => path.join(this.folder, 'data', 'tls', name)
    return { certificate: file('server.pem'), key: file('server.key'), ca: file('ca.pem') }
  }

  get pid(): number {
    return this.#server.pid
  }

  token(): string {
    return this.#tokens[USERS]!
  }

  graphToken(): string {
    return this.#tokens[USERS + 1]!
  }

  ownToken(user: number): string {
    return this.#tokens[user]!
  }

  async tokenTenants(crowd: Crowd): Promise<TokenTenants> {
    await this.#server.stop()
    const tenants = await tokenTenants(this.folder, crowd)
    this.#server = await ServerProcess.start(this.#launch)
    return tenants
  }

  withDefaultLimits(): Promise<Postern> {
    return Postern.start({
      folder: path.join(this.folder, 'default-limits'),
      profiles: this.#profiles,
      defaultLimits: true,
    })
  }

  async restart(): Promise<void> {
    await this.#server.stop()
    this.#server = await ServerProcess.start(this.#launch)
  }

  stop(): Promise<void> {
    return this.#server.stop()
  }
}

const environment = ([https, imap, imaps, pop3, pop3s, submission]: readonly number[]): Record<string, string> => ({
  POSTERN_PORT_BASE: 'auto',
  POSTERN_HTTPS_PORT: String(https),
  POSTERN_IMAP_PORT: String(imap),
  POSTERN_IMAPS_PORT: String(imaps),
  POSTERN_POP3_PORT: String(pop3),
  POSTERN_POP3S_PORT: String(pop3s),
  POSTERN_SUBMISSION_PORT: String(submission),
  POSTERN_TENANT_DOMAIN: 'bench.test',
  POSTERN_AUTH_PLAINTEXT_ON_LOOPBACK: 'true',
  POSTERN_ENTRA_ACCESS_TOKEN_MINUTES: '1440',
})

/** All clients come from one address. */
const manyFromOneAddress = { POSTERN_IMAP_MAX_CONNECTIONS_PER_ADDRESS: '20000' }

function placesAt([https, imap, imaps, pop3, pop3s, submission]: readonly number[], ca: string) {
  const host = '127.0.0.1'
  return {
    imap: { host, port: imap! },
    imaps: { host, port: imaps!, ca },
    pop3: { host, port: pop3! },
    pop3s: { host, port: pop3s!, ca },
    submission: { host, port: submission! },
    https: { host, port: https!, ca },
  } satisfies Places
}

/** One token for each mailbox, one for all of them, and one of Graph; the mailboxes are made when this data directory has none yet. */
async function tokensFrom(ready: Ready, ca: string, folder: string): Promise<string[]> {
  const secret = await readFile(ready.admin.client_secret_file, 'utf8')
  const administration = new Administration(ready, ca, secret)
  try {
    const credential = await provisioned(administration, path.join(folder, 'credential.json'))
    const tokens: string[] = []
    for (let count = 0; count <= USERS; count += 1) tokens.push(await administration.token(credential, SCOPE))
    tokens.push(await administration.token(credential, GRAPH))
    if (new Set(tokens).size !== tokens.length) throw new Error('Two tokens are the same')
    return tokens
  } finally {
    administration.close()
  }
}

async function provisioned(administration: Administration, file: string): Promise<Credential> {
  if (existsSync(file)) return JSON.parse(await readFile(file, 'utf8')) as Credential
  const credential = await administration.provision(
    'Bench',
    Array.from({ length: USERS }, (_, index) => userName(index)),
  )
  await writeFile(file, JSON.stringify(credential), { mode: 0o600 })
  return credential
}
