import { createServer, type Server } from 'node:net'
import { expect, it } from 'vitest'
import { Listener } from '../../src/programs/listener.ts'

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server: Server = createServer()
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => void server.close(resolve))
  return port
}

const open = (port: number) => Listener.open({ name: 'imap', port, host: 'localhost' }, () => {})

it('two servers that start at the same moment never listen on the same port', async () => {
  for (let round = 0; round < 40; round += 1) {
    const port = await freePort()
    const opened = await Promise.allSettled([open(port), open(port)])
    const listening = opened.flatMap((it) => (it.status === 'fulfilled' ? [it.value] : []))
    expect(listening.length).toBeLessThan(2)
    await Promise.all(listening.map((it) => it.close()))
    // The port is free again after a refusal.
    await (await open(port)).close()
  }
})
