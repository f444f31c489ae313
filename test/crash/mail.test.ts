import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import type { Uid } from '../../src/core/ids.ts'
import { FLAGGED, type Mailbox } from '../../src/domain/mail/types.ts'
import { temporaryDirectory } from '../support/disk.ts'
import { findingsOf, folderIdOf, indexContents, openMailStore } from '../support/mail-store.ts'
import { crashMessage } from './message.ts'
import type { Acknowledged } from './mail-writer.ts'

const ROUNDS = 6

/** Lets a process write and kills it in the middle of it. Returns what it had acknowledged by then. */
async function writeAndDie(dir: string, round: number): Promise<Acknowledged[]> {
  const child = fork(new URL('./mail-writer.ts', import.meta.url), [dir, `${round}`], { silent: true })
  const acknowledged: Acknowledged[] = []
  const enough = randomInt(1, 300)
  for await (const line of createInterface(child.stdout!)) {
    acknowledged.push(JSON.parse(line) as Acknowledged)
    if (acknowledged.length === enough) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return acknowledged
}

/** Every acknowledged message, flag and removal is there. */
async function check(mailbox: Mailbox, round: number, acknowledged: readonly Acknowledged[]): Promise<void> {
  const folder = await folderIdOf(mailbox, 'INBOX')
  const opened = await mailbox.open(folder)
  const uidsOf = (did: Acknowledged['did']) => acknowledged.filter((it) => it.did === did).map(({ uid }) => uid)
  const removed = new Set(uidsOf('remove'))
  const messages = new Map((await mailbox.messages(folder, uidsOf('append'))).map((it) => [it.uid, it]))
  for (const it of acknowledged) {
    if (it.did !== 'append') continue
    const message = messages.get(it.uid)
    if (removed.has(it.uid)) {
      expect(message).toBeUndefined()
    } else if (message) {
      expect((await mailbox.content(message.blob)).equals(crashMessage(round, it.nth))).toBe(true)
    } else {
      // The removal of one that is gone was under way, and its flag was acknowledged before that.
      expect(uidsOf('flag')).toContain(it.uid)
    }
  }
  for (const uid of uidsOf('flag')) {
    const position = opened.index.positionOf(uid)
    if (position >= 0) expect(opened.index.flagsAt(position).system).toBe(FLAGGED)
  }
  const { count, uidNext } = (await mailbox.folder('INBOX'))!
  expect(indexContents(opened.index)).toHaveLength(count)
  expect(uidNext).toBeGreaterThan(Math.max(0, ...uidsOf('append')))
  const all = indexContents(opened.index).map(({ uid }) => uid)
  expect(await mailbox.search(folder, { key: 'text', text: 'SUBJECT: ' })).toEqual(all)
  const ours = await mailbox.search(folder, { key: 'header', name: 'Subject', text: `${round}-` })
  expect(ours).toEqual(expect.arrayContaining(uidsOf('append').filter((uid) => opened.index.positionOf(uid) >= 0)))
  opened.close()
}

test('nothing that was acknowledged is lost to kill -9, and no UID is given twice', async () => {
  const dir = temporaryDirectory()
  const uids: Uid[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const acknowledged = await writeAndDie(dir, round)
    uids.push(...acknowledged.flatMap((it) => (it.did === 'append' ? it.uid : [])))
    const stage = await openMailStore({ dir })
    expect(stage.engine.unclean).toBe(true)
    await check(await stage.mailbox(), round, acknowledged)
    expect(await findingsOf(stage.engine)).toEqual([])
    await stage.close()
  }
  expect(uids.length).toBeGreaterThan(ROUNDS - 1)
  expect(new Set(uids).size).toBe(uids.length)
  const rounds = uids.toSorted((a, b) => a - b)
  expect(rounds.at(-1)! - rounds[0]!).toBeGreaterThan((ROUNDS - 1) * 10_000)
}, 60_000)
