import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { Uid } from '../../src/core/ids.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { findingsOf, folderIdOf, openMailStore } from '../support/mail-store.ts'
import { crashMessage } from './message.ts'
import type { WriterReport } from './upkeep-writer.ts'

const ROUNDS = 6

/** Lets a process write and clear away, and kills it in the middle of it, once it has done some of both. */
async function writeAndDie(dir: string, round: number): Promise<WriterReport[]> {
  const child = fork(new URL('./upkeep-writer.ts', import.meta.url), [dir, `${round}`], { silent: true })
  const told: WriterReport[] = []
  const enough = randomInt(1, 4)
  let freed = 0
  for await (const line of createInterface(child.stdout!)) {
    const it = JSON.parse(line) as WriterReport
    told.push(it)
    if ('freed' in it) freed++
    if (freed === enough) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return told
}

test('kill -9 while room is freed loses nothing that is kept', async () => {
  const dir = temporaryDirectory()
  const kept = new Map<Uid, Buffer>()
  for (let round = 0; round < ROUNDS; round++) {
    for (const it of await writeAndDie(dir, round)) {
      if ('kept' in it) kept.set(it.kept, crashMessage(round, it.nth))
    }
    const stage = await openMailStore({ dir })
    const mailbox = await stage.mailbox()
    const messages = await mailbox.messages(await folderIdOf(mailbox, 'INBOX'), [...kept.keys()])
    expect(messages).toHaveLength(kept.size)
    for (const { uid, blob } of messages) {
      expect((await mailbox.content(blob)).equals(kept.get(uid)!)).toBe(true)
    }
    expect(await findingsOf(stage.engine)).toEqual([])
    await stage.close()
  }
}, 120_000)
