/*
 * Signs with RSA-2048 and SHA-256 and does nothing else: what a token costs at the least, in the runtime that the
 * server runs in. Its parent says for how many seconds, and is told how often it signed.
 */
import { generateKeyPairSync, sign } from 'node:crypto'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
/** As long as what is signed of a token. */
const input = Buffer.alloc(1200, 'a')

process.on('message', ({ seconds }: { seconds: number }) => {
  let operations = 0
  for (const end = performance.now() + seconds * 1000; performance.now() < end; operations += 1) {
    sign('sha256', input, privateKey)
  }
  process.send!({ operations })
})
process.send!('ready')
