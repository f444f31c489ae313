import { expect, it } from 'vitest'
import { MemoryShares } from '../../src/core/octet-budget.ts'
import type { Uid } from '../../src/core/ids.ts'
import { Contexts, RESULT_OCTETS } from '../../src/protocols/imap/searching/contexts/contexts.ts'
import { FolderView } from '../../src/protocols/imap/view/folder-view.ts'
import { MemoryIndex } from '../support/memory-index.ts'

const RESULTS = 1000

/**
 * Sessions of callers whose searches find so many messages, and share memory for four times as many as one caller may
 * hold.
 */
function sessions() {
  const shares = new MemoryShares(4 * RESULTS * RESULT_OCTETS)
  const index = new MemoryIndex()
  index.add(RESULTS)
  const uids = Array.from({ length: RESULTS }, (_, at) => (at + 1) as Uid)
  const open = (caller: string) => {
    const memory = {
      take: (octets: number) => shares.take(caller, octets),
      add: (octets: number) => shares.add(caller, octets),
    }
    const contexts = new Contexts(new FolderView(index, { claims: false }), memory)
    let next = 0
    const keep = (): boolean => {
      const tag = `a${next++}`
      const search = contexts.begin({ tag, uid: true, at: undefined, term: { key: 'all' } } as never, 0)
      return search !== undefined && contexts.settle(search, uids)
    }
    return { contexts, keep }
  }
  return { shares, open }
}

it('searches kept up to date share a budget of their caller over all sessions', () => {
  const { open } = sessions()
  const [first, second, other] = [open('ada'), open('ada'), open('bob')]
  expect(first.keep()).toBe(true)
  expect(second.keep()).toBe(false)
  expect(other.keep()).toBe(true)
})

it('saved results count in the same budget, and one too many is refused with NOTSAVED', () => {
  const { shares, open } = sessions()
  const ada = open('ada')
  const most = (RESULTS * RESULT_OCTETS) / Uint32Array.BYTES_PER_ELEMENT
  const many = Array.from({ length: most }, (_, at) => (at + 1) as Uid)
  ada.contexts.save(many)
  expect(shares.octets).toBe(48_000)
  expect(() => open('ada').contexts.save(many)).toThrow(expect.objectContaining({ detail: { code: 'NOTSAVED' } }))
  open('bob').contexts.save(many)
  ada.contexts.close()
  open('ada').contexts.save(many)
})

it('a session that closes its folder gives the memory of its searches back', () => {
  const { shares, open } = sessions()
  const first = open('ada')
  expect(first.keep()).toBe(true)
  expect(shares.octets).toBe(48_000)
  first.contexts.close()
  expect(shares.octets).toBe(0)
  expect(open('ada').keep()).toBe(true)
})
