import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryIndex } from '../../../../test/support/memory-index.ts'
import { type ImapDialect, plainDialect } from '../dialect.ts'
import { FolderView } from './folder-view.ts'
import type { KeywordView } from './change-writer.ts'
import { updateLines } from './folder-updates.ts'
import { resynchronised } from './condstore.ts'

const dialect: ImapDialect = { ...plainDialect(false), condstore: true, qresync: true }

interface Known {
  readonly uid: number
  readonly system: number
}

const said = (replies: Iterable<string | Uint8Array>): string =>
  Array.from(replies, (reply) => Buffer.from(reply).toString('latin1')).join('')

/** A client that keeps its messages and mod-sequence over all connections (RFC 7162 §6). */
class Client {
  messages: readonly Known[] = []
  mark = 0
  #told: KeywordView
  readonly #index: MemoryIndex
  #stop: () => void = () => {}

  constructor(index: MemoryIndex) {
    this.#index = index
    this.#told = this.#select()
  }

  /** Breaks the connection and selects the folder again. */
  reconnect(): void {
    this.#told = this.#select()
  }

  /** A command after which the server sends updates. */
  command(mayExpunge: boolean): void {
    this.#believe(said([updateLines(this.#told, { dialect, mayExpunge })]))
  }

  /** FETCH 1:* (UID FLAGS MODSEQ), during which no EXPUNGE is allowed. */
  fetch(): void {
    this.#believe(said(resynchronised(this.#told, dialect, { modSeq: 0, known: undefined }, [])))
    this.command(false)
  }

  #select(): KeywordView {
    this.#stop()
    const view = new FolderView(this.#index, { claims: true })
    this.#stop = this.#index.watch((change) => view.apply(change))
    const gone = this.#index.vanishedSince(this.mark)
    const selected: KeywordView = { view, readOnly: false, listedFlags: new Set() }
    this.#believe(said(resynchronised(selected, dialect, { modSeq: this.mark, known: undefined }, gone)))
    this.mark = this.#index.highestModSeq
    return selected
  }

  #believe(answers: string): void {
    let upTo: number | undefined
    for (const line of answers.split('\r\n')) {
      const vanished = /^\* VANISHED (?:\(EARLIER\) )?(.*)$/.exec(line)
      if (vanished) this.#forget(vanished[1]!)
      const change = /^\* \d+ FETCH \(FLAGS \((.*)\) UID (\d+) MODSEQ \((\d+)\)\)$/.exec(line)
      if (change) this.#learn(Number(change[2]), change[1]!.includes('\\Flagged') ? 4 : 0, Number(change[3]))
      const exists = /^\* (\d+) EXISTS$/.exec(line)
      if (exists) this.#ask(Number(exists[1]))
      upTo = Number(/HIGHESTMODSEQ (\d+)/.exec(line)?.[1] ?? upTo)
    }
    // HIGHESTMODSEQ takes precedence over the mod-sequences of messages.
    if (upTo) this.mark = upTo
  }

  #forget(set: string): void {
    const ranges = set.split(',').map((range) => range.split(':').map(Number))
    this.messages = this.messages.filter(({ uid }) => !ranges.some(([from, to = from]) => from! <= uid && uid <= to!))
  }

  #learn(uid: number, system: number, modSeq: number): void {
    this.mark = Math.max(this.mark, modSeq)
    this.messages = [...this.messages.filter((each) => each.uid !== uid), { uid, system }].sort((a, b) => a.uid - b.uid)
  }

  #ask(count: number): void {
    const { view } = this.#told
    expect(view.count).toBe(count)
    for (const uid of view.byUid([[(this.messages.at(-1)?.uid ?? 0) + 1, 1_000_000]]).uids) {
      const row = this.#index.rows[this.#index.positionOf(uid)]!
      this.#learn(uid, row.system, row.modSeq)
    }
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constantFrom('expunge', 'flag'), some: fc.array(fc.nat(20), { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constantFrom('tell', 'hold', 'fetch', 'reconnect') }),
)

test('the updates over several connections reproduce the folder', () => {
  fc.assert(
    fc.property(fc.nat(5), fc.array(step, { maxLength: 40 }), (first, steps) => {
      const index = new MemoryIndex()
      index.add(first)
      const client = new Client(index)
      for (const it of steps) {
        if (it.do === 'add') index.add(it.count)
        else if (it.do === 'expunge') index.expunge(index.positionsOf(it.some))
        else if (it.do === 'flag') index.flag(index.positionsOf(it.some), 4)
        else if (it.do === 'fetch') client.fetch()
        else if (it.do === 'reconnect') client.reconnect()
        else client.command(it.do === 'tell')
      }
      client.reconnect()
      expect(client.messages).toEqual(index.rows.map(({ uid, system }) => ({ uid, system })))
    }),
    { numRuns: 1000 },
  )
})
