import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** Both ends of a TCP connection on loopback. The ends close when the test finishes. */
export async function socketPair(): Promise<{ readonly client: Socket; readonly accepted: Socket }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const accepting = new Promise<Socket>((resolve) => server.once('connection', resolve))
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.setNoDelay(true).on('error', () => {})
  const accepted = await accepting
  server.close()
  onTestFinished(() => {
    client.destroy()
    accepted.destroy()
  })
  return { client, accepted }
}
