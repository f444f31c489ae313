import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { available } from './browser.ts'
import { type Mirror, mbsync, offlineimap } from './mirrors.ts'
import { SystemServer } from './system-server.ts'

const COUNT = 300
const letterId = (number: number): string => `letter-${number}@example.com`
const received = new Date(Date.UTC(2015, 4, 6, 7, 8, 9))

const profiles = ['exchange-online', 'standards']

for (const mirror of [mbsync, offlineimap]) {
  const there = available(mirror.name, mirror.command)
  describe.runIf(there).each(profiles)(`${mirror.name} between a Maildir and a mailbox (%s)`, (profile) => {
    let stage: SystemServer

    beforeAll(async () => {
      stage = await SystemServer.open(profile, COUNT)
      mirror.configure(stage)
    })
    afterAll(() => stage.close())

    it('brings everything down, and then has nothing to do', async () => {
      await synced(mirror, stage)
      expect(mirror.folder(stage, 'INBOX').messages().size).toBe(COUNT)
      await expectIdle(mirror, stage)
    })

    it('carries flags, removals, messages and folders in both directions', async () => {
      const near = mirror.folder(stage, 'INBOX')
      near.mark(letterId(1), 'FS')
      near.mark(letterId(2), 'RS')
      near.remove(letterId(3))
      near.add('near@example.com', 'S', received)
      mirror.folder(stage, 'made').add('first@example.com', 'F', received)
      const letter = 'Message-ID: <far@example.com>\r\n\r\nHello\r\n'
      await stage.commands([
        'SELECT INBOX',
        'UID STORE 11:20 +FLAGS.SILENT (\\Seen)',
        'UID STORE 15 +FLAGS.SILENT (\\Flagged)',
        'UID STORE 21:23 +FLAGS.SILENT (\\Deleted)',
        'EXPUNGE',
        'CREATE work',
        'CREATE work/deep',
        `APPEND work/deep (\\Flagged) "06-May-2015 07:08:09 +0000" {${letter.length}+}\r\n${letter}`,
      ])
      await synced(mirror, stage)

      const far = await stage.holds('INBOX')
      expect(far.get(letterId(1))?.flags).toEqual(['\\flagged', '\\seen'])
      expect(far.get(letterId(2))?.flags).toEqual(['\\answered', '\\seen'])
      expect(far.has(letterId(3))).toBe(false)
      expect(far.get('near@example.com')).toMatchObject({ flags: ['\\seen'] })
      const made = (await stage.holds('made')).get('first@example.com')
      expect(made?.flags).toEqual(['\\flagged'])
      if (mirror.datesGoUp) expect(made?.received).toBe(received.getTime())

      const kept = near.messages()
      for (const [id, flags] of [
        [10, 'S'],
        [14, 'FS'],
        [19, 'S'],
        [24, ''],
      ] as const) {
        expect(kept.get(letterId(id))?.flags).toBe(flags)
      }
      for (const gone of [20, 21, 22]) expect(kept.has(letterId(gone))).toBe(false)
      expect(mirror.folder(stage, 'work/deep').messages().get('far@example.com')?.flags).toBe('F')
      expect([...kept.keys()].sort()).toEqual([...far.keys()].sort())
    })

    it('then has nothing to do, and changes nothing', async () => {
      const before = await stage.holds('INBOX')
      await expectIdle(mirror, stage)
      expect(await stage.holds('INBOX')).toEqual(before)
    })
  })
}

async function synced(mirror: Mirror, stage: SystemServer): Promise<void> {
  const outcome = await mirror.sync(stage)
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0)
}

async function expectIdle(mirror: Mirror, stage: SystemServer): Promise<void> {
  const outcome = await mirror.sync(stage)
  expect(outcome.code, outcome.stdout + outcome.stderr).toBe(0)
  expect(mirror.wasIdle(outcome), outcome.stdout + outcome.stderr).toBe(true)
}
