import assert from 'node:assert/strict'
import { summarise } from '../../src/domain/mail/arrival/summarise.ts'
import { pieces } from '../corpus/mime/pieces.ts'
import { soundness } from '../corpus/mime/soundness.ts'
import { messages } from './messages.ts'
import type { Target } from './target.ts'

/** Octets of an input that is repeated, and milliseconds of the processor that it may take to be read. */
const AMPLE = 512 * 1024
const PATIENCE = 2000

/** Messages: their structure is sound, they are left as they are, and large ones cost as much more as they are larger. */
export const openMime = (): Promise<Target> =>
  Promise.resolve({
    seeds: messages,
    words: pieces,
    together: 1,
    async try([bytes], chance) {
      const before = Buffer.from(bytes!)
      for (const holds of Object.values(soundness)) holds(bytes!)
      summarise(bytes!)
      assert(bytes!.equals(before), 'it was changed')
      if (bytes!.length > 0 && chance.below(50) === 0) inTime(bytes!)
    },
    async close() {},
  })

function inTime(bytes: Buffer): void {
  const many = Buffer.alloc(AMPLE, bytes)
  for (const large of [many, Buffer.concat([Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n'), many])]) {
    const begun = process.cpuUsage()
    summarise(large)
    const { user, system } = process.cpuUsage(begun)
    assert((user + system) / 1000 < PATIENCE, `${large.length} octets take ${(user + system) / 1000} ms`)
  }
}
