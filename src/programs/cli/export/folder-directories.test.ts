import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { levelOf } from '../mail-files/directory-name.ts'
import { folderDirectories } from './folder-directories.ts'

const level = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'A', 'ß', 's', '%', '.', 'é', 'e\u0301', '\u200b'),
    minLength: 1,
    maxLength: 3,
  }),
  fc.constantFrom('cur', 'Cur', 'new', '1.eml', '1.EML', 'nul', '..'),
  fc.integer({ min: 1, max: 255 }).map((length) => '語'.repeat(length)),
)
const folder = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))
const deep = fc.integer({ min: 100, max: 300 }).map((depth) => Array.from({ length: depth }, () => 'abc').join('/'))
const folders = fc.uniqueArray(fc.oneof({ arbitrary: folder, weight: 9 }, deep), { maxLength: 12 })

/** As a file system compares names that keeps their case and does not tell it apart. */
const insensitive = (text: string): string => text.toUpperCase().normalize('NFC')

describe('the places of exported folders', () => {
  it('are read back as the folders, by their names or by the list', () => {
    fc.assert(
      fc.property(folders, (paths) => {
        const { levels, listed } = folderDirectories(paths)
        const names = new Map(listed.map((it) => [it.directory, it.folder]))
        for (const path of paths) {
          const place = levels.get(path)!
          expect(place.flatMap((name) => names.get(name) ?? levelOf(name)).join('/')).toBe(path)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('are different, also where case is not told apart, and short enough', () => {
    fc.assert(
      fc.property(folders, (paths) => {
        const places = [...folderDirectories(paths).levels.values()].map((levels) => levels.join('/'))
        expect(new Set(places.map(insensitive)).size).toBe(paths.length)
        for (const place of places) {
          expect(Buffer.byteLength(place)).toBeLessThanOrEqual(600)
          for (const name of place.split('/')) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('leave the first of names that differ in case as it is', () => {
    const { levels } = folderDirectories(['Clients', 'clients', 'clients/One', 'Clients/One'])
    expect([...levels.values()].map((it) => it.join('/'))).toEqual([
      'Clients',
      '%63%6C%69%65%6E%74%73',
      '%63%6C%69%65%6E%74%73/One',
      'Clients/One',
    ])
  })

  it('are never those of a list or of another folder, however a folder is called', () => {
    const long = 'x'.repeat(255)
    const [directory] = folderDirectories([long]).levels.get(long)!
    expect(directory).toMatch(/^%-[0-9a-f]{40}$/)
    expect(folderDirectories([directory!]).levels.get(directory!)).toEqual([`%25${directory!.slice(1)}`])
  })
})
