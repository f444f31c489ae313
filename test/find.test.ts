import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'

const root = path.resolve(import.meta.dirname, '..')

it('docs/find.md names files that exist', () => {
  const text = readFileSync(path.join(root, 'docs/find.md'), 'utf8')
  const named = [...text.matchAll(/`((?:[a-z\d-]+\/)+[a-z\d-]*(?:\.ts)?)`/g)].map(([, name]) => name!)
  expect(named.length).toBeGreaterThan(40)
  expect(named.filter((name) => !existsSync(path.join(root, name.startsWith('test/') ? '' : 'src', name)))).toEqual([])
})
