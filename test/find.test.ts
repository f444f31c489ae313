import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

/** The files and folders of src and test that a page names in code spans. */
const namedIn = (page: string): string[] => {
  const text = readFileSync(path.join(root, page), 'utf8')
  const named = text.matchAll(/`((?:[a-z\d-]+\/)+[a-z\d-]*(?:\.[a-z.]+)?)`/g)
  return [...named].map(([, name]) => name!).filter((name) => !/^[^/]+\/$/.test(name))
}

/** A path from the root of the repository, or from src. */
const isThere = (name: string): boolean => ['', 'src'].some((base) => existsSync(path.join(root, base, name)))

describe('paths in the documentation', () => {
  it.each([
    ['docs/find.md', 40],
    ['docs/architecture.md', 25],
    ['CONTRIBUTING.md', 10],
    ['docs/decisions/administrator.md', 0],
    ['docs/decisions/dependencies.md', 0],
    ['docs/decisions/http.md', 0],
    ['docs/decisions/store.md', 0],
  ])('%s names files that exist', (page, least) => {
    const named = namedIn(page)
    expect(named.length).toBeGreaterThan(least)
    expect(named.filter((name) => !isThere(name))).toEqual([])
  })
})
