import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { flags, openMailStore, simpleMessage } from '../../../../test/support/mail-store.ts'
import type { FolderId, Uid } from '../../../core/ids.ts'
import type { CopiedUids, Mailbox } from '../types.ts'
import type { ItemMark, MailItem } from '../item-types.ts'

const folder = fc.nat(2)
const picks = fc.uniqueArray(fc.nat(6), { maxLength: 3 })
const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constant('append' as const), folder, count: fc.integer({ min: 1, max: 3 }) }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('store' as const), folder, picks, system: fc.nat(31) }) },
  {
    weight: 3,
    arbitrary: fc.record({ op: fc.constantFrom('copy' as const, 'move' as const), folder, picks, to: folder }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('remove' as const, 'expunge' as const), folder, picks }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('rename' as const), folder }) },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constantFrom('patch' as const, 'replace' as const), folder, pick: fc.nat(6) }),
  },
)
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

/** A program that keeps a copy of a folder by its changes. */
class Follower {
  readonly known = new Map<string, string>()
  readonly #mailbox: Mailbox
  readonly #folder: FolderId
  #mark: ItemMark | undefined

  constructor(mailbox: Mailbox, folder: FolderId) {
    this.#mailbox = mailbox
    this.#folder = folder
  }

  async follow(take: number): Promise<void> {
    const { items } = this.#mailbox
    if (!this.#mark) {
      this.#mark = await items.mark()
      for (const item of await all(this.#mailbox, this.#folder, take)) this.#put(item)
    }
    for (let more = true; more;) {
      const page = await items.changesSince({ folder: this.#folder, since: this.#mark, take })
      for (const change of page.changes) {
        if (change.kind === 'removed') {
          const { originFolder, originUid } = change.key
          // An item that was replaced is reported under its new UID.
          if (this.known.get(`${originFolder} ${originUid}`)?.startsWith(`${change.uid} `)) {
            this.known.delete(`${originFolder} ${originUid}`)
          }
        } else {
          this.#put(change.item)
        }
      }
      this.#mark = page.mark
      more = page.more
    }
  }

  #put({ key, uid, modSeq }: MailItem): void {
    this.known.set(`${key.originFolder} ${key.originUid}`, `${uid} ${modSeq}`)
  }
}

async function all(mailbox: Mailbox, folder: FolderId, take: number): Promise<MailItem[]> {
  const found: MailItem[] = []
  for (let more = true; more;) {
    const page = await mailbox.items.page(folder, found.at(-1)?.uid ?? 0, take)
    found.push(...page.items)
    more = page.more
  }
  return found
}

/** Which item each message is: the place where it was first, by its folder and UID. */
class Identities {
  readonly of = new Map<FolderId, Map<Uid, string>>()

  within(folder: FolderId): Map<Uid, string> {
    const known = this.of.get(folder) ?? new Map<Uid, string>()
    this.of.set(folder, known)
    return known
  }

  moved(folder: FolderId, to: FolderId, { from, to: uids }: Pick<CopiedUids, 'from' | 'to'>): void {
    const names = from.map((uid) => this.within(folder).get(uid)!)
    for (const uid of from) this.within(folder).delete(uid)
    for (const [nth, uid] of uids.entries()) this.within(to).set(uid, names[nth]!)
  }
}

async function run(mailbox: Mailbox, identities: Identities, ids: readonly FolderId[], op: Operation): Promise<void> {
  const at = ids[op.folder % ids.length]!
  const here = identities.within(at)
  const uidAt = (pick: number) => [...here.keys()].sort((a, b) => a - b)[pick]
  switch (op.op) {
    case 'append': {
      const messages = Array.from({ length: op.count }, () => ({ bytes: simpleMessage('x'), flags: flags() }))
      for (const uid of (await mailbox.append(at, messages)).uids) here.set(uid, `${at} ${uid}`)
      return
    }
    case 'rename': {
      const path = (await mailbox.folders()).find(({ id }) => id === at)!.path
      const name = `r${ids.length}${op.folder}${Math.floor(Math.random() * 1e9)}`
      await mailbox.renameFolder(at, name)
      const { id } = (await mailbox.folder(name))!
      if (path !== 'Inbox') return
      const from = [...here.keys()].sort((a, b) => a - b)
      identities.moved(at, id, { from, to: from.map((_, nth) => (nth + 1) as Uid) })
      return
    }
    case 'patch':
    case 'replace': {
      const uid = uidAt(op.pick)
      if (uid === undefined) return
      const [originFolder, originUid] = here.get(uid)!.split(' ').map(Number) as [FolderId, Uid]
      const key = { originFolder, originUid }
      if (op.op === 'patch') {
        await mailbox.items.patch(key, { properties: [{ name: 'p', value: String(Math.random()) }] })
      } else {
        const item = await mailbox.items.replaceContent(key, { bytes: simpleMessage('y') })
        identities.moved(at, at, { from: [uid], to: [item.uid] })
      }
      return
    }
    default:
  }
  const uids = op.picks.flatMap((pick) => uidAt(pick) ?? [])
  if (op.op === 'store') {
    await mailbox.store(at, uids, { mode: 'replace', flags: flags(op.system) })
  } else if (op.op === 'copy' || op.op === 'move') {
    const to = ids[op.to % ids.length]!
    const copied = await mailbox[op.op](at, uids, to)
    if (op.op === 'move') identities.moved(at, to, copied)
    else for (const uid of copied.to) identities.within(to).set(uid, `${to} ${uid}`)
  } else {
    const gone = op.op === 'remove' ? await mailbox.remove(at, uids) : await mailbox.expunge(at, uids)
    for (const uid of gone.uids) here.delete(uid)
  }
}

test('items keep their keys through every operation, and changes equal a full look', async () => {
  const stage = await openMailStore()
  let nth = 0
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), async (ops, take) => {
      const mailbox = await stage.mailbox(++nth)
      const identities = new Identities()
      const ids = (await mailbox.folders()).map(({ id }) => id).slice(0, 3)
      const followers = ids.map((id) => ({ id, follower: new Follower(mailbox, id) }))
      for (const [step, op] of ops.entries()) {
        await run(mailbox, identities, ids, op)
        for (const { id, follower } of followers) {
          // Each reads at its own time.
          if (step % 3 !== id % 3 && step < ops.length - 1) continue
          await follower.follow(take)
          const now = await all(mailbox, id, take)
          expect(now.map((item) => [item.uid, `${item.key.originFolder} ${item.key.originUid}`])).toEqual(
            [...identities.within(id)].sort(([a], [b]) => a - b),
          )
          const looked = now.map(({ key, uid, modSeq }) => [`${key.originFolder} ${key.originUid}`, `${uid} ${modSeq}`])
          expect(new Map(follower.known)).toEqual(new Map(looked as [string, string][]))
        }
      }
      for (const [id, known] of identities.of) {
        for (const [uid, name] of known) {
          const [originFolder, originUid] = name.split(' ').map(Number) as [FolderId, Uid]
          const item = await mailbox.items.find(
            mailbox.items.itemId({ key: { originFolder, originUid }, folder: id }, 'immutable'),
          )
          expect([item.folder, item.uid]).toEqual([id, uid])
        }
      }
    }),
    { numRuns: 60 },
  )
})
