import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { openMailStore } from '../../../../../test/support/mail-store.ts'
import { TestWorld } from '../../../../../test/support/world.ts'
import { ImapReader } from '../../../../codecs/imap/reader.ts'
import { readSearch } from '../../../../codecs/imap/search-keys.ts'
import { readSequenceSet } from '../../../../codecs/imap/sequence-set.ts'
import type { Uid } from '../../../../core/ids.ts'
import { WorkSlots } from '../../../../core/concurrency.ts'
import { FLAGGED, type Folder, type FolderIndex, type Mailbox, SEEN } from '../../../../domain/mail/types.ts'
import type { Selected } from '../../state.ts'
import { plainDialect } from '../../dialect.ts'
import { FolderView } from '../../view/folder-view.ts'
import { type Order, runSearch } from '../search-result.ts'
import type { ImapSession } from '../../conversation/session.ts'
import { folderUpdates } from '../../view/folder-updates.ts'
import { Contexts } from './contexts.ts'
import { startUpdates } from './start-updates.ts'

interface Asked {
  readonly uid: boolean
  readonly search: string
  readonly order?: readonly Order[]
}

const bySubject = (reverse: boolean): readonly Order[] => [{ by: 'subject', reverse }]
const searches: Readonly<Record<string, Asked>> = {
  unseen: { uid: true, search: 'UNSEEN' },
  flagged: { uid: false, search: 'OR FLAGGED SUBJECT a' },
  last: { uid: true, search: 'UID *' },
  newer: { uid: false, search: 'UID 6:* UNSEEN' },
  sorted: { uid: true, search: 'UNSEEN', order: bySubject(false) },
  backward: { uid: false, search: 'NOT FLAGGED', order: bySubject(true) },
}

/** A client that applies the updates, and another session that changes the folder. */
class Scene {
  readonly #mailbox: Mailbox
  readonly #folder: Folder
  readonly #selected: Selected
  readonly #session: ImapSession
  /** The UIDs that the client counts, and its results by tag. */
  #counted: number[] = []
  readonly #results = new Map<string, number[]>()

  private constructor(mailbox: Mailbox, selected: Selected, session: ImapSession) {
    this.#mailbox = mailbox
    this.#folder = selected.folder
    this.#selected = selected
    this.#session = session
    selected.open.index.watch((change) => {
      selected.view.apply(change)
      selected.contexts.apply(change)
    })
  }

  static async begin(mailbox: Mailbox): Promise<Scene> {
    const folder = (await mailbox.folder('Inbox'))!
    const open = await mailbox.open(folder.id)
    const view = new FolderView(open.index, { claims: true })
    const selected = {
      folder,
      open,
      view,
      contexts: new Contexts(view),
      readOnly: false,
      listedFlags: new Set<string>(),
    }
    const session = {
      deps: { world: new TestWorld() },
      wire: { left: new AbortController().signal },
      longWork: new WorkSlots(1),
      chargedTo: 'ada',
      dialect: plainDialect(false),
      selected,
    }
    return new Scene(mailbox, selected, session as unknown as ImapSession)
  }

  async search(tag: string): Promise<void> {
    const live = { tag, uid: searches[tag]!.uid, term: termOf(searches[tag]!.search), order: searches[tag]!.order }
    const { found } = await startUpdates(this.#session, this.#selected, live, () => this.#find(tag))
    this.#results.set(tag, [...found.uids])
  }

  async act(step: Step): Promise<void> {
    const { index } = this.#selected.open
    const uids = step.at.map((at) => index.uidAt(at % Math.max(index.count, 1))).filter((uid) => uid !== undefined)
    const flags = { system: step.flag, keywords: [] }
    if (step.does === 'gets') {
      const bytes = step.at.map((at) => Buffer.from(`Subject: ${'abcd'[at % 4]}${at}\r\n\r\n`))
      await this.#mailbox.append(
        this.#folder.id,
        bytes.map((it, nth) => ({ bytes: it, flags: nth % 2 === 0 ? flags : { system: 0, keywords: [] } })),
      )
    } else if (index.count > 0 && step.does === 'loses') await this.#mailbox.remove(this.#folder.id, uids)
    else if (index.count > 0) {
      await this.#mailbox.store(this.#folder.id, uids, { mode: step.does === 'marks' ? 'add' : 'remove', flags })
    }
  }

  /** `between` runs while updates are sent and while changed messages are checked. */
  async tell(mayExpunge: boolean, between: () => Promise<void> = async () => {}): Promise<void> {
    const mailbox = interrupted(this.#mailbox, this.#selected.open.index, between)
    for await (const reply of folderUpdates(this.#session, mailbox, this.#selected, { mayExpunge })) {
      const octets = Array.isArray(reply) ? Buffer.concat(reply as Uint8Array[]) : Buffer.from(reply as Uint8Array)
      for (const line of octets.toString('latin1').split('\r\n')) this.#hear(line)
      await between()
    }
  }

  /** Checks that the client's state equals the folder. */
  async agree(): Promise<void> {
    const { index } = this.#selected.open
    expect(this.#counted).toEqual(Array.from({ length: index.count }, (_, position) => index.uidAt(position)))
    for (const [tag, results] of this.#results) expect(results, tag).toEqual((await this.#find(tag)).uids)
  }

  end(): void {
    this.#selected.open.close()
  }

  #find(tag: string): ReturnType<typeof runSearch> {
    const { search, order } = searches[tag]!
    return runSearch(this.#session, { mailbox: this.#mailbox, ...this.#selected }, { term: termOf(search), order })
  }

  #hear(line: string): void {
    const [, number, what] = /^\* (\d+) (EXISTS|EXPUNGE)$/.exec(line) ?? []
    if (what === 'EXPUNGE') this.#counted.splice(Number(number) - 1, 1)
    if (what === 'EXISTS') this.#count(Number(number))
    const [, tag, removed, added] =
      /^\* ESEARCH \(TAG "(\w+)"\)(?: UID)?(?: REMOVEFROM \(([^)]*)\))?(?: ADDTO \(([^)]*)\))?$/.exec(line) ?? []
    if (removed !== undefined) this.#remove(tag!, removed)
    if (added !== undefined) this.#add(tag!, added)
  }

  #count(exists: number): void {
    const { index } = this.#selected.open
    const last = this.#counted.at(-1) ?? 0
    for (let at = index.rank((last + 1) as Uid); this.#counted.length < exists; at++)
      this.#counted.push(index.uidAt(at))
  }

  #remove(tag: string, pairs: string): void {
    const results = this.#results.get(tag)!
    for (const { position, uids } of this.#placed(tag, pairs)) {
      const at = position === 0 ? undefined : position - 1
      for (const uid of uids) {
        const place = at ?? results.indexOf(uid)
        expect(results.splice(place, 1), `${tag}: ${pairs}`).toEqual([uid])
      }
    }
  }

  #add(tag: string, pairs: string): void {
    const results = this.#results.get(tag)!
    for (const { position, uids } of this.#placed(tag, pairs)) {
      for (const uid of uids) expect(results).not.toContain(uid)
      if (position > 0) results.splice(position - 1, 0, ...uids)
      else results.push(...uids)
      if (position === 0) results.sort((one, other) => one - other)
    }
  }

  #placed(tag: string, pairs: string): { position: number; uids: number[] }[] {
    return [...pairs.matchAll(/(\d+) ([\d,:]+)/g)].map(([, position, set]) => ({
      position: Number(position),
      uids: numbersIn(set!).map((number) => (searches[tag]!.uid ? number : this.#counted[number - 1]!)),
    }))
  }
}

/** A handle that runs `between` after each search and sort, and leaves out messages that were expunged meanwhile. */
function interrupted(mailbox: Mailbox, index: FolderIndex, between: () => Promise<void>): Mailbox {
  const then = async (result: Promise<readonly Uid[]>): Promise<readonly Uid[]> => {
    const uids = await result
    await between()
    return uids.filter((uid) => index.positionOf(uid) >= 0)
  }
  const search: Mailbox['search'] = (...args) => then(mailbox.search(...args))
  const sort: Mailbox['sort'] = (...args) => then(mailbox.sort(...args))
  return Object.create(mailbox, { search: { value: search }, sort: { value: sort } }) as Mailbox
}

const termOf = (text: string) => readSearch(new ImapReader([Buffer.from(text)]), { charsets: [], depth: 10 }).term

const numbersIn = (set: string): number[] =>
  readSequenceSet(new ImapReader([Buffer.from(set)])).flatMap(([from, to]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, nth) => Number(from) + nth),
  )

interface Step {
  readonly does: 'gets' | 'loses' | 'marks' | 'unmarks'
  readonly at: readonly number[]
  readonly flag: number
}

const steps = fc.record<Step>({
  does: fc.constantFrom('gets', 'gets', 'loses', 'marks', 'unmarks'),
  at: fc.array(fc.nat(50), { minLength: 1, maxLength: 3 }),
  flag: fc.constantFrom(SEEN, FLAGGED),
})

test('a client that applies the updates has the result of a new search', async () => {
  const stage = await openMailStore()
  let mailboxes = 0
  const few = fc.array(steps, { maxLength: 5 })
  const turns = fc.array(fc.tuple(steps, steps, fc.constantFrom('expunges', 'held', 'untold')), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(few, few, turns, async (before, untold, after) => {
      const scene = await Scene.begin(await stage.mailbox((mailboxes += 1)))
      for (const step of before) await scene.act(step)
      await scene.tell(true)
      for (const step of untold) await scene.act(step)
      for (const tag of Object.keys(searches)) await scene.search(tag)
      for (const [step, between, telling] of after) {
        await scene.act(step)
        if (telling !== 'untold') await scene.tell(telling === 'expunges', () => scene.act(between))
      }
      await scene.tell(false)
      await scene.tell(true)
      await scene.agree()
      scene.end()
    }),
    { numRuns: 15 },
  )
}, 60_000)
