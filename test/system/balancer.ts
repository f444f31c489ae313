import { once } from 'node:events'
import { get } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { ListenerName } from '../../src/programs/listener.ts'

/** Milliseconds between two checks of a node, and those that a check or a connection may take. */
const INTERVAL = 250
const PATIENCE = 2_000

/** A node as the balancer knows it. */
export interface Backend {
  readonly name: string
  readonly ports: Readonly<Partial<Record<ListenerName, number>>>
  /** PEM of the authority of its certificate. */
  readonly ca: Buffer
}

/**
 * A balancer that passes TCP connections on: each to the next node, independent of the client. It sends no new connection
 * to a node whose `/health/ready` does not answer 200, and tries the next node if one refuses.
 */
export class Balancer {
  readonly ports: Partial<Record<ListenerName, number>> = {}
  /** The name of the node of each connection, in order. */
  readonly chosen: string[] = []
  readonly #servers: Server[] = []
  readonly #sockets = new Set<Socket>()
  readonly #backends = new Map<string, Backend & { ready: boolean }>()
  readonly #checks: NodeJS.Timeout
  #turn = 0

  private constructor() {
    this.#checks = setInterval(() => void this.check(), INTERVAL)
  }

  static async open(listeners: readonly ListenerName[]): Promise<Balancer> {
    const balancer = new Balancer()
    for (const listener of listeners) {
      const server = createServer({ allowHalfOpen: true }, (client) => void balancer.#pass(client, listener))
      await once(server.listen(0, '127.0.0.1'), 'listening')
      balancer.#servers.push(server)
      balancer.ports[listener] = (server.address() as AddressInfo).port
    }
    return balancer
  }

  /** Takes a node, or a node that was started again. */
  async add(backend: Backend): Promise<void> {
    this.#backends.set(backend.name, { ...backend, ready: false })
    await this.check()
  }

  /** The names of the nodes that take connections. */
  get ready(): string[] {
    return [...this.#backends.values()].filter(({ ready }) => ready).map(({ name }) => name)
  }

  /** Asks every node whether it takes connections. */
  async check(): Promise<void> {
    await Promise.all(
      [...this.#backends.values()].map(async (backend) => void (backend.ready = await isReady(backend))),
    )
  }

  close(): void {
    clearInterval(this.#checks)
    for (const server of this.#servers) server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  async #pass(client: Socket, listener: ListenerName): Promise<void> {
    this.#keep(client)
    const ready = [...this.#backends.values()].filter((backend) => backend.ready)
    const first = this.#turn++
    for (let tried = 0; tried < ready.length; tried++) {
      const backend = ready[(first + tried) % ready.length]!
      const server = await connected(backend.ports[listener]!)
      if (!server) {
        backend.ready = false
        continue
      }
      this.#keep(server)
      this.chosen.push(backend.name)
      client.on('close', () => server.destroy())
      server.on('close', () => client.destroy())
      client.pipe(server)
      server.pipe(client)
      return
    }
    client.destroy()
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => socket.destroy()).on('close', () => this.#sockets.delete(socket))
  }
}

function connected(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, timeout: PATIENCE })
    const failed = () => {
      socket.destroy()
      resolve(undefined)
    }
    socket.once('error', failed).once('timeout', failed)
    socket.once('connect', () => {
      socket.setTimeout(0).removeListener('error', failed).removeListener('timeout', failed)
      resolve(socket)
    })
  })
}

function isReady({ ports, ca }: Backend): Promise<boolean> {
  return new Promise((resolve) => {
    const url = `https://localhost:${ports.https}/health/ready`
    const asked = get(url, { ca, agent: false, timeout: PATIENCE }, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    asked.on('timeout', () => asked.destroy()).on('error', () => resolve(false))
  })
}
