import { connect } from 'node:net'
import { type Log, silentLog } from '../../src/core/log.ts'

/** Milliseconds within which a server has answered all that it was sent, and has ended the connection. */
const PATIENCE = 20_000

/** A log that keeps what is a fault of ours. */
export function faultLog(): { readonly log: Log; readonly faults: string[] } {
  const faults: string[] = []
  const log: Log = {
    ...silentLog,
    error: (fields, text) => {
      const { err, error } = fields as { err?: Error; error?: Error }
      faults.push(`${text}: ${(err ?? error)?.stack ?? JSON.stringify(fields)}`)
    },
    child: () => log,
  }
  return { log, faults }
}

/** Sends it all, says that there is no more, and resolves with everything that came until the server ended it. */
export function converse(to: { port(tls: boolean): number }, octets: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect(to.port(false), '127.0.0.1')
    const received: Buffer[] = []
    const deadline = setTimeout(() => {
      socket.destroy()
      reject(new Error('The connection is not ended'))
    }, PATIENCE)
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(deadline)
      resolve(Buffer.concat(received))
    })
    socket.end(octets)
  })
}
