import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { SeededRandom } from '../../support/seeded-random.ts'

const protocols = ['imap', 'pop3', 'submission', 'https'] as const
export type Protocol = (typeof protocols)[number]

/** A node that connections can go to. */
export interface Backend {
  readonly name: string
  /** Whether the balancer sends new connections to it. */
  readonly isTrusted: boolean
  place(protocol: Protocol): { readonly port: number }
}

/** Sends each new connection to a random node that seems to be up, without affinity. */
export class Balancer {
  backends: readonly Backend[] = []
  readonly #servers: ReadonlyMap<Protocol, Server>
  readonly #last = new Map<string, string>()

  constructor(chance: SeededRandom) {
    const accept = (protocol: Protocol) => (client: Socket) => {
      const left = this.backends.filter(({ isTrusted }) => isTrusted)
      const next = () => {
        const [backend] = left.splice(chance.below(Math.max(1, left.length)), 1)
        if (!backend || client.destroyed) {
          client.destroy()
          return
        }
        this.#last.set(client.remoteAddress ?? '', backend.name)
        join(client, connect(backend.place(protocol).port, '127.0.0.1'), next)
      }
      client.on('error', () => {})
      next()
    }
    this.#servers = new Map(protocols.map((protocol) => [protocol, createServer(accept(protocol))]))
  }

  async listen(): Promise<void> {
    for (const server of this.#servers.values()) await once(server.listen(0, '127.0.0.1'), 'listening')
  }

  port(protocol: Protocol): number {
    return (this.#servers.get(protocol)!.address() as AddressInfo).port
  }

  /** The name of the node that got the last connection from a local address. */
  nodeOf(address: string): string | undefined {
    return this.#last.get(address)
  }

  /** Accepts nothing more. Connections end with their clients. */
  close(): void {
    for (const server of this.#servers.values()) server.close()
  }
}

function join(client: Socket, server: Socket, refused: () => void): void {
  server.once('error', refused)
  server.once('connect', () => {
    server.off('error', refused).on('error', () => client.destroy())
    client.once('close', () => server.destroy())
    server.once('close', () => client.destroy())
    server.setNoDelay(true)
    client.setNoDelay(true).pipe(server).pipe(client)
  })
}
