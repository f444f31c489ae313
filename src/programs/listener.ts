import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { refuse } from '../core/refusal.ts'

/**
 * Sockets that listen on one port. The event loop accepts one connection a turn from each, so a server whose turns are
 * long because it is busy would accept too few, and clients would wait in the queue of the system for seconds.
 */
const SOCKETS = 16
/** Connections that the system keeps for each of these sockets until they are accepted. */
const BACKLOG = 1024

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
    const first = make()
    try {
      // Without `reusePort`: the system refuses a port on which any other program listens.
      const taken = await listen(first, { port, host })
      const servers = process.platform === 'linux' ? await share(first, { port: taken, host, make }) : [first]
      return new Listener(taken, servers)
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

/** Opens the port again, with several sockets that share it (SO_REUSEPORT, socket(7)). */
async function share(
  first: Server,
  { make, ...at }: { readonly port: number; readonly host: string; readonly make: () => Server },
): Promise<readonly Server[]> {
  await closed(first)
  const servers = Array.from({ length: SOCKETS }, make)
  try {
    for (const server of servers) await listen(server, { ...at, reusePort: true })
  } catch (thrown) {
    await Promise.all(servers.map(closed))
    throw thrown
  }
  return servers
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
