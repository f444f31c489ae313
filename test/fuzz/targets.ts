import assert from 'node:assert/strict'
import { summarise } from '../../src/domain/mail/summary/summarise.ts'
import { pieces } from '../corpus/mime/pieces.ts'
import { soundness } from '../corpus/mime/soundness.ts'
import { openHttp } from './http-target.ts'
import { openImap } from './imap-target.ts'
import { openOdata } from './odata-target.ts'
import { openPop3 } from './pop3-target.ts'
import { openSmtp } from './smtp-target.ts'
import { messages, type OpenTarget, type FuzzTarget } from './target.ts'

/** The MIME parser: structures are sound, parsing changes no octet, and time grows in line with the size. */
const openMime = (): Promise<FuzzTarget> =>
  Promise.resolve({
    seeds: messages,
    dictionary: pieces,
    inputsPerRun: 1,
    async run([bytes], chance) {
      const before = Buffer.from(bytes!)
      for (const holds of Object.values(soundness)) holds(bytes!)
      summarise(bytes!)
      assert(bytes!.equals(before), 'parsing changed the message')
      if (bytes!.length > 0 && chance.below(50) === 0) inTime(bytes!)
    },
    async close() {},
  })

export const targets: Readonly<Record<string, OpenTarget>> = {
  http: openHttp,
  imap: openImap,
  mime: openMime,
  odata: openOdata,
  pop3: openPop3,
  smtp: openSmtp,
}

/** Octets of an input that is repeated, and milliseconds of the processor that it may take to be read. */
const AMPLE = 512 * 1024
const PATIENCE = 2000

function inTime(bytes: Buffer): void {
  const many = Buffer.alloc(AMPLE, bytes)
  for (const large of [many, Buffer.concat([Buffer.from('Content-Type: multipart/mixed; boundary=a\r\n\r\n'), many])]) {
    const begun = process.cpuUsage()
    summarise(large)
    const { user, system } = process.cpuUsage(begun)
    assert((user + system) / 1000 < PATIENCE, `${large.length} octets take ${(user + system) / 1000} ms`)
  }
}
