import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MemoryIndex } from '../../../../test/support/memory-index.ts'
import type { Uid } from '../../../core/ids.ts'
import { FolderView } from './folder-view.ts'

/** A client that applies the updates, and fetches the flags of new messages. */
class Client {
  readonly view: FolderView
  readonly #index: MemoryIndex
  messages: { uid: Uid; system: number }[]

  constructor(index: MemoryIndex) {
    this.#index = index
    this.view = new FolderView(index, { claims: true })
    index.watch((change) => this.view.apply(change))
    this.messages = index.rows.map(({ uid, system }) => ({ uid, system }))
  }

  listen(mayExpunge: boolean, mayReportFlags = true): void {
    for (const news of this.view.updates(mayExpunge, mayReportFlags)) {
      if (news.kind === 'expunge') this.messages.splice(news.seq - 1, 1)
      if (news.kind === 'flags') {
        expect(this.messages[news.seq - 1]!.uid).toBe(news.uid)
        this.messages[news.seq - 1]!.system = this.#flags(news.uid)
      }
      if (news.kind === 'exists') {
        expect(news.count).toBeGreaterThanOrEqual(this.messages.length)
        for (let seq = this.messages.length + 1; seq <= news.count; seq++) {
          const uid = this.view.bySeq([[seq, seq]]).uids[0]!
          this.messages.push({ uid, system: this.#flags(uid) })
        }
      }
    }
  }

  /** STORE .SILENT: the client computes the new flags itself. */
  flagSilently(nth: number, bit: number): void {
    const message = this.messages[nth]!
    const position = this.#index.positionOf(message.uid)
    if (position < 0) return
    this.view.dropOwnChange(this.#index.flag([position], bit))
    message.system ^= bit
  }

  #flags(uid: Uid): number {
    return this.#index.flagsAt(this.#index.positionOf(uid)).system
  }
}

const some = fc.array(fc.nat(20), { minLength: 1, maxLength: 4 })
const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('expunge' as const), some }),
  fc.record({ do: fc.constant('flag' as const), some }),
  fc.record({ do: fc.constant('silent' as const), nth: fc.nat(20) }),
  fc.record({ do: fc.constant('listen' as const), mayExpunge: fc.boolean(), mayReportFlags: fc.boolean() }),
)

describe('with any schedule of held updates', () => {
  test('the reported updates reproduce the folder', () => {
    fc.assert(
      fc.property(fc.nat(6), fc.array(step, { maxLength: 40 }), (first, steps) => {
        const index = new MemoryIndex()
        index.add(first)
        const client = new Client(index)
        for (const it of steps) {
          if (it.do === 'add') index.add(it.count)
          else if (it.do === 'expunge') index.expunge(index.positionsOf(it.some))
          else if (it.do === 'flag') index.flag(index.positionsOf(it.some), 4)
          else if (it.do === 'listen') client.listen(it.mayExpunge, it.mayReportFlags)
          else if (client.messages.length > 0) client.flagSilently(it.nth % client.messages.length, 1)
          agrees(client)
        }
        client.listen(true)
        expect(client.messages).toEqual(index.rows.map(({ uid, system }) => ({ uid, system })))
      }),
      { numRuns: 500 },
    )
  })
})

/** Checks that every message number means the same message for the view and the client. */
function agrees({ view, messages }: Client): void {
  expect(view.count).toBe(messages.length)
  const { uids, ghosts } = view.bySeq(messages.length > 0 ? [[1, messages.length]] : [])
  expect([...uids, ...ghosts].sort((a, b) => a - b)).toEqual(messages.map(({ uid }) => uid))
  messages.forEach(({ uid }, at) => expect(view.seqOf(uid)).toBe(at + 1))
  expect(view.byUid([[1, 1_000_000]]).uids).toEqual(uids)
  expect(view.lastUid).toBe(messages.at(-1)?.uid ?? 0)
}

describe('EXPUNGE', () => {
  test('decrements every higher number at once', () => {
    const index = new MemoryIndex()
    index.add(5)
    const { view } = new Client(index)
    index.expunge([1, 2, 4])
    expect([...view.updates(true)]).toEqual([
      { kind: 'expunge', seq: 2, uid: 2 },
      { kind: 'expunge', seq: 2, uid: 3 },
      { kind: 'expunge', seq: 3, uid: 5 },
    ])
  })

  test('comes before the EXISTS of later messages', () => {
    const index = new MemoryIndex()
    index.add(2)
    const { view } = new Client(index)
    index.add(1)
    index.expunge([0])
    expect([...view.updates(false)]).toMatchObject([{ kind: 'exists', count: 3 }, { kind: 'recent' }])
    index.add(1)
    expect([...view.updates(true)]).toMatchObject([
      { kind: 'expunge', seq: 1 },
      { kind: 'exists', count: 3 },
      { kind: 'recent' },
    ])
  })

  test('is not reported for a message that the client never counted', () => {
    const index = new MemoryIndex()
    const { view } = new Client(index)
    index.add(3)
    index.expunge([1])
    expect([...view.updates(true)]).toMatchObject([
      { kind: 'exists', count: 2 },
      { kind: 'recent', count: 2 },
    ])
  })
})

describe('\\Recent', () => {
  test('is set in the first session that may write, and in no other', () => {
    const index = new MemoryIndex()
    index.add(2)
    const looking = new FolderView(index, { claims: false })
    const first = new FolderView(index, { claims: true })
    const second = new FolderView(index, { claims: true })
    expect([looking.recentCount, first.recentCount, second.recentCount]).toEqual([2, 2, 0])
    index.add(1)
    expect([...second.updates(true)]).toEqual([
      { kind: 'exists', count: 3 },
      { kind: 'recent', count: 1 },
    ])
    expect([...first.updates(true)]).toEqual([
      { kind: 'exists', count: 3 },
      { kind: 'recent', count: 2 },
    ])
    expect(second.isRecent(3 as Uid)).toBe(true)
    expect(first.isRecent(3 as Uid)).toBe(false)
  })
})

test('many changes of flags are merged', () => {
  const index = new MemoryIndex()
  index.add(3)
  const client = new Client(index)
  for (let change = 0; change < 5000; change++) index.flag([change % 3], 4)
  const own = index.flag([1], 1)
  client.view.dropOwnChange(own)
  expect([...client.view.updates(true)].map((news) => ('seq' in news ? news.seq : 0))).toEqual([1, 2, 3])
})
