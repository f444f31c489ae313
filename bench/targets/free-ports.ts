import { createServer } from 'node:net'

// Below the range from which clients get theirs: a connection must not sit on the port of a server that restarts.
const FIRST = 20_000
const LAST = 32_000

/** Ports of 127.0.0.1 on which nobody listens. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  for (let port = FIRST + (process.pid % 5000) * 2; ports.length < count && port < LAST; port += 1) {
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length < count) throw new Error(`There are no ${count} free ports below ${LAST}`)
  return ports
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
