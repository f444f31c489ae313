import * as fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeXoauth2 } from '../../../src/codecs/sasl/bearer.ts'
import type { Uid } from '../../../src/core/ids.ts'
import type { Mailbox } from '../../../src/domain/mail/types.ts'
import { createImap } from '../../../src/protocols/imap/server.ts'
import { imapSettings } from '../../../src/protocols/imap/settings.ts'
import { TranscriptServer, type ProtocolDeps } from '../transcript-server.ts'
import { SocketClient } from '../socket-client.ts'

const make = (deps: ProtocolDeps<typeof imapSettings>) => createImap({ ...deps, frontEnd: 'classic' })

let stage: TranscriptServer
let mailbox: Mailbox
let talk: SocketClient

beforeEach(async () => {
  stage = await TranscriptServer.start({ settings: imapSettings, make }, 'standards', [])
  mailbox = await stage.mailbox('ada')
  talk = await SocketClient.connect(stage.port(false))
  talk.send(
    `a AUTHENTICATE XOAUTH2 ${encodeXoauth2({ user: 'ada@contoso.test', token: 'good' })}\r\nb SELECT INBOX\r\n`,
  )
  await talk.linesUntil((line) => line.startsWith('b OK'))
})

afterEach(async () => {
  talk.destroy()
  await stage.close()
})

/** A client that applies the events: the UID of each message number, 0 if it does not know it yet. */
class Believer {
  readonly uids: number[] = []

  hear(line: string): void {
    const exists = /^\* (\d+) EXISTS$/.exec(line)
    const expunge = /^\* (\d+) EXPUNGE$/.exec(line)
    const fetched = /^\* (\d+) FETCH \(.*UID (\d+)/.exec(line)
    if (exists) while (this.uids.length < Number(exists[1])) this.uids.push(0)
    else if (expunge) this.uids.splice(Number(expunge[1]) - 1, 1)
    else if (fetched) this.uids[Number(fetched[1]) - 1] = Number(fetched[2])
  }
}

const step = fc.oneof(
  fc.record({ does: fc.constant('append' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ does: fc.constant('remove' as const), nth: fc.nat(20) }),
  fc.record({ does: fc.constant('mark' as const), nth: fc.nat(20) }),
  fc.record({ does: fc.constant('noop' as const) }),
  fc.record({ does: fc.constant('fetch' as const) }),
)

test.each(['selected', 'selected-delayed'])(
  'a client that follows the notices about the %s folder knows its state',
  async (filter) => {
    talk.send(`n NOTIFY SET (${filter} (MessageNew (UID) MessageExpunge FlagChange))\r\n`)
    await talk.linesUntil((line) => line.startsWith('n OK'))
    const { id } = (await mailbox.folder('INBOX'))!
    const believer = new Believer()
    let there: Uid[] = []
    let tag = 0
    const command = async (text: string): Promise<void> => {
      const mine = `t${++tag}`
      talk.send(`${mine} ${text}\r\n`)
      for (const line of await talk.linesUntil((each) => each.startsWith(`${mine} `))) believer.hear(line)
    }
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const each of steps) {
          const uid = 'nth' in each && there.length > 0 ? there[each.nth % there.length] : undefined
          if (each.does === 'append') {
            const message = { bytes: Buffer.from('Subject: x\r\n\r\nx\r\n'), flags: { system: 0, keywords: [] } }
            const { uids } = await mailbox.append(
              id,
              Array.from({ length: each.count }, () => message),
            )
            there.push(...uids)
          } else if (each.does === 'remove' && uid) {
            await mailbox.remove(id, [uid])
            there = there.filter((other) => other !== uid)
          } else if (each.does === 'mark' && uid) {
            await mailbox.store(id, [uid], { mode: 'add', flags: { system: 1, keywords: [] } })
          } else if (each.does === 'noop') await command('NOOP')
          else if (each.does === 'fetch') await command('FETCH 1:* UID').catch(() => {})
        }
        // Pending events come before the second reply; an expunge comes with the first reply or earlier.
        await command('NOOP')
        await command('UID FETCH 1:* UID')
        expect(believer.uids).toEqual(there)
      }),
      { numRuns: 40 },
    )
  },
)
