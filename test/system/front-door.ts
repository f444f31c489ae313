import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A proxy that leads to one port, whatever port is asked for. */
export interface FrontDoor {
  readonly url: string
  close(): void
}

/** For clients that ask at port 443 and cannot be told another: they are told of a proxy, and reach the server. */
export async function openFrontDoor(port: number): Promise<FrontDoor> {
  const open = new Set<Socket>()
  const server = createServer()
  server.on('connect', (_request, client: Socket, head: Buffer) => {
    const server = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      server.write(head)
      server.pipe(client).pipe(server)
    })
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      open.add(socket)
      socket.on('error', () => other.destroy()).on('close', () => open.delete(socket))
    }
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close()
      for (const socket of open) socket.destroy()
    },
  }
}
