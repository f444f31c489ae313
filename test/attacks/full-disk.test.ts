import { expect, it } from 'vitest'
import type { Mailbox } from '../../src/domain/mail/types.ts'
import { TestDisk } from '../support/disk.ts'
import { findingsOf, indexContents, openMailStore } from '../support/mail-store.ts'
import { MailModel, type Op } from '../support/mail-model.ts'

const plain = { system: 0, keywords: [] }
const seen = { system: 1, keywords: ['$Forwarded'] }

/** Operations of every kind that writes. The numbers are positions in the list of folders, and in a folder. */
const script: readonly Op[] = [
  { op: 'append', folder: 0, given: [plain, seen, plain] },
  { op: 'create', path: 'Projects/2026' },
  { op: 'store', folder: 0, picks: [0, 1], change: { mode: 'add', flags: { system: 2, keywords: ['$Junk'] } } },
  { op: 'copy', folder: 0, picks: [0, 2], to: 1 },
  { op: 'move', folder: 0, picks: [1], to: 1 },
  { op: 'append', folder: 1, given: [plain] },
  { op: 'store', folder: 1, picks: [0], change: { mode: 'replace', flags: { system: 16, keywords: [] } } },
  { op: 'expunge', folder: 1, picks: undefined },
  { op: 'remove', folder: 0, picks: [0] },
  { op: 'create', path: 'Old' },
  { op: 'rename', folder: 2, path: 'Sent/2025' },
  { op: 'append', folder: 0, given: [seen, seen] },
]

/** Subjects and flags by folder, in order of UID. */
const modelled = (model: MailModel) =>
  Object.fromEntries(
    [...model.folders].map(([path, { messages }]) => [
      path,
      messages.map(({ subject, system, keywords }) => ({ subject, system, keywords })),
    ]),
  )

async function stored(mailbox: Mailbox) {
  const folders = await mailbox.folders()
  const entries = folders.map(async ({ id, path }) => {
    const open = await mailbox.open(id)
    const states = indexContents(open.index)
    open.close()
    const uids = states.map(({ uid }) => uid)
    const messages = await mailbox.messages(id, uids)
    const texts = await Promise.all(messages.map(async ({ blob }) => String(await mailbox.content(blob))))
    return [path, texts.map((text, at) => ({ subject: /^Subject: (.*)\r$/m.exec(text)?.[1], ...states[at]!.flags }))]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/** Runs the script while the disk takes so many writes. Returns how many operations were refused. */
async function runOn(disk: TestDisk, mailbox: Mailbox, writes: number): Promise<number> {
  const ids = new Map((await mailbox.folders()).map(({ id, path }) => [path, id]))
  const model = new MailModel([...ids.keys()])
  let refused = 0
  disk.leaveWrites(writes)
  for (const op of script) {
    const before = structuredClone([...model.folders])
    const restore = () => {
      model.folders.clear()
      for (const [path, folder] of before) model.folders.set(path, folder)
    }
    const { call, refused: notAllowed } = model.apply(op, (path) => ids.get(path)!)
    try {
      await call(mailbox)
      for (const { id, path } of await mailbox.folders()) ids.set(path, id)
    } catch (thrown) {
      restore()
      if (notAllowed) continue
      expect(thrown).toMatchObject({ reason: 'no-room' })
      refused += 1
    }
  }
  disk.leaveWrites(Infinity)
  expect(await stored(mailbox)).toEqual(modelled(model))
  return refused
}

it('a disk that is full from any one write on loses no message that was acknowledged', async () => {
  const disk = new TestDisk()
  const stage = await openMailStore({ disk })
  let writes = 0
  for (let refused = 1; refused > 0; writes += 1) {
    const mailbox = await stage.mailbox(writes + 1)
    refused = await runOn(disk, mailbox, writes)
    expect((await findingsOf(stage.engine)).filter(({ kind }) => kind !== 'unused')).toEqual([])
  }
  // Every operation writes at least once, and an append writes its octets and its rows.
  expect(writes).toBeGreaterThan(script.length)
}, 60_000)
