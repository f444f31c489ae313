import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

/** The files and folders of src and test that a page names in code spans. */
const namedIn = (page: string): string[] => {
  const text = readFileSync(path.join(root, page), 'utf8')
  return [...text.matchAll(/`((?:[a-z\d-]+\/)+[a-z\d-]*(?:\.[a-z.]+)?)`/g)].map(([, name]) => name!)
}

const isThere = (name: string): boolean => existsSync(path.join(root, /^(?:src|test)\//.test(name) ? '' : 'src', name))

describe('paths in the documentation', () => {
  it.each([
    ['docs/find.md', 40],
    ['docs/architecture.md', 25],
  ])('%s names files that exist', (page, least) => {
    const named = namedIn(page)
    expect(named.length).toBeGreaterThan(least)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })
})
