import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Uid } from '../../../core/ids.ts'
import type { Thread } from '../types.ts'
import { orderedSubject, references, refs } from './thread-messages.ts'
import type { Steps } from './ranks.ts'
import type { Threadables } from './threads.ts'

/** `uid`, then `id < reference reference` and the subject; dates are as the UIDs unless they are given. */
interface Said {
  readonly id?: string
  readonly after?: readonly string[]
  readonly subject?: string
  readonly date?: number
  readonly arrival?: number
}

function messages(said: Readonly<Record<number, Said>>): Threadables {
  const names = new Map<string, number>()
  const number = (name: string): number => {
    if (!names.has(name)) names.set(name, names.size)
    return names.get(name)!
  }
  const all = Object.entries(said)
  const subjects = ['', ...new Set(all.map(([, { subject }]) => base(subject ?? '')))]
  const ids = Int32Array.from(all, ([, { id }]) => (id === undefined ? -1 : number(id)))
  const after = all.map(([, { after = [] }]) => after.map(number))
  const ends = after.map(
    (
      (sum) => (each: readonly number[]) =>
        (sum += each.length)
    )(0),
  )
  return {
    uids: all.map(([uid]) => Number(uid) as Uid),
    dates: Uint32Array.from(all, ([uid, { date }]) => date ?? Number(uid)),
    arrivals: Uint32Array.from(all, ([uid, { arrival }]) => arrival ?? Number(uid)),
    subjects: Uint32Array.from(all, ([, { subject = '' }]) => subjects.indexOf(base(subject))),
    links: {
      names: names.size,
      ids,
      replies: Int32Array.from(all, ([, { subject = '' }]) => (subject.startsWith('Re: ') ? 1 : 0)),
      references: Int32Array.from(after.flat()),
      begins: Int32Array.from([0, ...ends.slice(0, -1)]),
      ends: Int32Array.from(ends),
    },
  }
}

const base = (subject: string): string => subject.replace(/^Re: /, '')

function finished(work: Steps<readonly Thread[]>): readonly Thread[] {
  let step = work.next()
  while (!step.done) step = work.next()
  return step.value
}

/** As in the THREAD response. */
const shown = (threads: readonly Thread[]): string => threads.map((thread) => `(${inside(thread)})`).join('')
function inside({ uid, children }: Thread): string {
  const below = children.length === 1 ? inside(children[0]!) : shown(children)
  return uid === undefined ? below : below === '' ? `${uid}` : `${uid} ${below}`
}

const threaded = (said: Readonly<Record<number, Said>>): string => shown(finished(references(messages(said))))

test('RFC 5256 §4: 3 is answered by 6, which is answered by 4 and 44, and these by 23, 7 and 96', () => {
  const said = {
    2: { id: 'b' },
    3: { id: 'c' },
    6: { id: 'f', after: ['c'] },
    4: { id: 'd', after: ['c', 'f'], date: 7 },
    23: { id: 'w', after: ['d'] },
    44: { id: 'q', after: ['c', 'f'], date: 45 },
    7: { id: 'g', after: ['f', 'q'] },
    96: { id: 'z', after: ['g'] },
  }
  expect(threaded(said)).toBe('(2)(3 6 (4 23)(44 7 96))')
})

test('RFC 5256 §4: 3 and 5 answer a message that is not there', () => {
  expect(threaded({ 3: { id: 'c', after: ['a'] }, 5: { id: 'e', after: ['a'] } })).toBe('((3)(5))')
})

test('a message that is missed and has one answer is passed over', () => {
  expect(threaded({ 1: { id: 'a', after: ['x', 'y'] }, 2: { id: 'b', after: ['x', 'y', 'a'] } })).toBe('(1 2)')
})

test('places that are missed inside a thread are passed over', () => {
  expect(threaded({ 1: { id: 'a' }, 2: { id: 'b', after: ['a', 'x'] }, 3: { id: 'c', after: ['a', 'x'] } })).toBe(
    '(1 (2)(3))',
  )
})

test('what a message says of itself counts more than what others say', () => {
  expect(threaded({ 1: { id: 'c', after: ['a', 'b'] }, 2: { id: 'b' }, 3: { id: 'a' } })).toBe('(2 1)(3)')
  expect(threaded({ 1: { id: 'a' }, 2: { id: 'b' }, 3: { id: 'c', after: ['a', 'b'] } })).toBe('(1 2 3)')
})

test('a loop is never closed', () => {
  expect(threaded({ 1: { id: 'a', after: ['b'] }, 2: { id: 'b', after: ['a'] } })).toBe('(2 1)')
  expect(threaded({ 1: { id: 'a', after: ['a'] } })).toBe('(1)')
})

test('the second of two messages with one identifier is for itself', () => {
  expect(threaded({ 1: { id: 'a' }, 2: { id: 'a' }, 3: { id: 'c', after: ['a'] } })).toBe('(1 3)(2)')
})

test('threads are in the order of the dates that were sent, and so are answers', () => {
  expect(
    threaded({
      1: { id: 'a', date: 9 },
      2: { id: 'b', date: 3 },
      3: { id: 'c', after: ['a'], date: 8 },
      4: { id: 'd', after: ['a'], date: 7 },
    }),
  ).toBe('(2)(1 (4)(3))')
})

test.each<[string, Readonly<Record<number, Said>>, string]>([
  ['a reply goes below what it seems to answer', { 1: { subject: 'x' }, 2: { subject: 'Re: x' } }, '(1 2)'],
  ['also when it is older', { 1: { subject: 'Re: x' }, 2: { subject: 'x' } }, '(2 1)'],
  ['equals stand beside each other', { 1: { subject: 'x' }, 2: { subject: 'x' } }, '((1)(2))'],
  ['and so do replies', { 1: { subject: 'Re: x' }, 2: { subject: 'Re: x' }, 3: { subject: 'Re: x' } }, '((1)(2)(3))'],
  ['no subject is like no other', { 1: {}, 2: { subject: 'Re: ' } }, '(1)(2)'],
  [
    'what answers something that is missed takes others in',
    {
      1: { id: 'a', after: ['x'], subject: 'Re: s' },
      2: { id: 'b', after: ['x'], subject: 'Re: s' },
      3: { subject: 's' },
      4: { id: 'd', after: ['y'], subject: 'Re: s' },
      5: { id: 'e', after: ['y'], subject: 'Re: s' },
    },
    '((1)(2)(3)(4)(5))',
  ],
])('by subject: %s', (_, said, threads) => expect(threaded(said)).toBe(threads))

test('REFS has no eye for subjects, and the thread with the latest arrival last', () => {
  const said = {
    1: { id: 'a', subject: 'x' },
    2: { id: 'b', subject: 'Re: x' },
    3: { id: 'c', after: ['a'] },
    4: { id: 'd', arrival: 2 },
  }
  expect(shown(finished(refs(messages(said))))).toBe('(2)(4)(1 3)')
})

test('of threads whose latest messages arrived in one second, the one with the first of these comes first', () => {
  const said = {
    1: { id: 'a', arrival: 1 },
    2: { id: 'b', arrival: 2 },
    3: { id: 'c', arrival: 2 },
    4: { id: 'd', after: ['a'], arrival: 2 },
  }
  expect(shown(finished(refs(messages(said))))).toBe('(2)(3)(1 4)')
})

test('RFC 5256 §3 ORDEREDSUBJECT: all that have the subject answer the first of them', () => {
  const said = {
    1: { subject: 'x', date: 3 },
    2: { subject: 'Re: x', date: 2 },
    3: { subject: 'y', date: 1 },
    4: { subject: 'x' },
  }
  expect(shown(finished(orderedSubject(messages(said))))).toBe('(3)(2 (1)(4))')
})

const anyMessage = fc.record({
  id: fc.option(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { nil: undefined }),
  after: fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { maxLength: 4 }),
  subject: fc.constantFrom('', 'x', 'Re: x', 'y', 'Re: y'),
  date: fc.nat(5),
})

function everyUid(threads: readonly Thread[]): number[] {
  const found: number[] = []
  const waiting = [...threads]
  for (let thread = waiting.pop(); thread; thread = waiting.pop()) {
    if (thread.uid !== undefined) found.push(thread.uid)
    waiting.push(...thread.children)
  }
  return found.sort((a, b) => a - b)
}

test('every message is in one thread, once, and only the first place of a thread may be missed', () => {
  fc.assert(
    fc.property(fc.array(anyMessage, { maxLength: 12 }), (list) => {
      const said = Object.fromEntries(
        list.map(({ id, ...rest }, nth) => [nth + 1, id === undefined ? rest : { ...rest, id }]),
      )
      for (const algorithm of [references, refs, orderedSubject]) {
        const threads = finished(algorithm(messages(said)))
        expect(everyUid(threads)).toEqual(list.map((_, nth) => nth + 1))
        const below = threads.flatMap(({ children }) => children)
        for (let each = below.pop(); each; each = below.pop()) {
          expect(each.uid).toBeDefined()
          below.push(...each.children)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

test('a thread of any depth is made in little time', () => {
  const chain = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, nth) => [nth + 1, { id: `${nth}`, after: [`${nth - 1}`] }]),
  )
  const begun = performance.now()
  expect(finished(references(messages(chain)))).toHaveLength(1)
  expect(performance.now() - begun).toBeLessThan(2000)
})
