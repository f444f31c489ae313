import type { Server, Socket } from 'node:net'

/** Every connection of some servers, from before its TLS handshake on: what a server that stops has to see the end of. */
export class OpenSockets {
  readonly #sockets = new Set<Socket>()

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket)
      socket.once('close', () => this.#sockets.delete(socket))
    })
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy()
  }
}
