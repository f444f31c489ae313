import { readFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { refuse } from '../core/refusal.ts'
import type { ListenerPort } from '../core/settings.ts'

/**
 * Sockets that listen on one port. The event loop accepts one connection a turn from each, so a server whose turns are
 * long because it is busy would accept too few, and clients would wait in the queue of the system for seconds.
 */
const SOCKETS = 16
/** Connections that the system keeps for each of these sockets until they are accepted. */
const BACKLOG = 1024
/** Attempts to find a free port that no other server takes at the same moment. */
const ATTEMPTS = 5

/** A port on which connections are accepted. */
export class Listener {
  readonly port: number
  readonly #servers: readonly Server[]

  private constructor(port: number, servers: readonly Server[]) {
    this.port = port
    this.#servers = servers
  }

  /**
   * Starts to listen; port 0 is any free one. Hands each connection to `take` before anything is read from it. Refuses
   * `busy`, with the name of the listener and the number, when the port is in use or not allowed, and `bad-syntax`
   * when this machine cannot listen on the host.
   */
  static async open(
    { name, port, host }: { readonly name: string; readonly port: number; readonly host: string },
    take: (socket: Socket) => void,
  ): Promise<Listener> {
    const make = () => createServer({ noDelay: true }, take)
    try {
      for (let attempt = 1; ; attempt += 1) {
        const first = make()
        // Without `reusePort`: the system refuses a port on which any other program listens.
        const taken = await listen(first, { port, host })
        if (process.platform !== 'linux') return new Listener(taken, [first])
        const servers = await share(first, { port: taken, host, make })
        if (servers) return new Listener(taken, servers)
        if (port !== 0 || attempt === ATTEMPTS) throw Object.assign(new Error(), { code: 'EADDRINUSE' })
      }
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      const why = { EADDRINUSE: 'is in use', EACCES: 'may not be opened by this user' }[code ?? '']
      if (why === undefined) refuseHost(host, thrown as NodeJS.ErrnoException)
      return refuse('busy', `The port of ${name}, ${port} on ${host}, ${why}`, { port: String(port) })
    }
  }

  /** Accepts no more connections. Resolves when those that it accepted are closed. */
  async close(): Promise<void> {
    await Promise.all(this.#servers.map(closed))
  }
}

/**
 * Opens the port again, with several sockets that share it (SO_REUSEPORT, socket(7)). Undefined if another server of
 * this user opened it at the same moment, which the system allows.
 */
async function share(
  first: Server,
  { make, ...at }: { readonly port: number; readonly host: string; readonly make: () => Server },
): Promise<readonly Server[] | undefined> {
  await closed(first)
  const servers = Array.from({ length: SOCKETS }, make)
  try {
    for (const server of servers) await listen(server, { ...at, reusePort: true })
    if (!(await isSharedWithOthers(at.port))) return servers
  } catch (thrown) {
    await Promise.all(servers.map(closed))
    if ((thrown as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw thrown
    return undefined
  }
  await Promise.all(servers.map(closed))
  return undefined
}

/** Whether more sockets listen on a port, at one address, than a listener opens (proc_net(5)). */
async function isSharedWithOthers(port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1').catch(() => '')),
  )
  const listening = new RegExp(
    `^ *\\d+: ([0-9A-F]+:${port.toString(16).toUpperCase().padStart(4, '0')}) [0-9A-F]+:0000 0A `,
    'gm',
  )
  const counts = new Map<string, number>()
  for (const [, address] of tables.join('').matchAll(listening)) counts.set(address!, (counts.get(address!) ?? 0) + 1)
  return [...counts.values()].some((count) => count > SOCKETS)
}

async function listen(
  server: Server,
  at: { readonly port: number; readonly host: string; readonly reusePort?: boolean },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ ...at, backlog: BACKLOG }, () => {
      server.off('error', reject)
      resolve()
    })
  })
  return (server.address() as AddressInfo).port
}

const closed = (server: Server): Promise<void> => new Promise((resolve) => void server.close(() => resolve()))

const refuseHost = (host: string, { code, message }: NodeJS.ErrnoException): never =>
  refuse(
    'bad-syntax',
    `The setting host is '${host}'; expected a name or an address of this machine (${code ?? message})`,
  )

/** Every listener, with its standard port; the port base is added to it. */
const standardPorts = {
  https: 443,
  imap: 143,
  imaps: 993,
  pop3: 110,
  pop3s: 995,
  submission: 587,
  submissions: 465,
} as const

export type ListenerName = keyof typeof standardPorts

/** The port to listen on: undefined for a listener that is off, 0 for any free port. */
export function portOf(name: ListenerName, port: ListenerPort, base: number | 'auto'): number | undefined {
  if (port === 'off') return undefined
  if (port === 'auto') return 0
  if (port !== 'standard') return port
  return base === 'auto' ? 0 : base + standardPorts[name]
}
