import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directoryName, encodedName, folderDirectories, levelOf } from './directory-name.ts'
import { anyText } from '../../../../test/support/any-text.ts'

/** Levels such as somebody would choose who wants to break an export. */
const level = fc.oneof(
  fc.string({ unit: fc.constantFrom('.', '%', ' ', '2', 'E', 'a', '\\', '\0', 'ü', '😀'), minLength: 1, maxLength: 6 }),
  anyText({ minLength: 1 }).map((text) => text.replaceAll('/', '.')),
  fc.constantFrom('cur', 'NEW', 'tmp', '1.eml', 'x.MBOX', 'messages.csv', '1.eml.part', 'nul', 'nul%', 'con.eml', '..'),
)

describe('the directory for a level of a folder', () => {
  it.each<[string, string]>([
    ['Inbox', 'Inbox'],
    ['Fabrikam & Söhne', 'Fabrikam & Söhne'],
    ['.', '%2E'],
    ['..', '%2E%2E'],
    ['.hidden', '%2Ehidden'],
    ['C:\\x', 'C%3A%5Cx'],
    ['100%', '100%25'],
    ['nul', 'nul%'],
    ['a\0b', 'a%00b'],
    ['end. ', 'end.%20'],
    ['1.eml', '1%2Eeml'],
    ['x.MBOX', 'x%2EMBOX'],
    ['1.eml.part', '1.eml%2Epart'],
    ['messages.jsonl', 'messages%2Ejsonl'],
    ['messages.csv', 'messages%2Ecsv'],
    ['folders.jsonl', 'folders%2Ejsonl'],
    ['cur', '%63ur'],
    ['New', '%4Eew'],
    ['tmp', '%74mp'],
    ['dovecot-keywords', '%64ovecot-keywords'],
    ['current', 'current'],
    ['a.eml.b', 'a.eml.b'],
  ])('%j is %j, and is read as that', (name, directory) => {
    expect(directoryName(name)).toBe(directory)
    expect(levelOf(directory)).toBe(name)
    expect(levelOf(encodedName(name))).toBe(name)
  })

  it('gives back any level, and has no name that means something else', () => {
    fc.assert(
      fc.property(level, (name) => {
        expect(levelOf(directoryName(name))).toBe(name)
        expect(levelOf(encodedName(name))).toBe(name)
        expect(directoryName(name)).not.toMatch(/^$|^\.|[/\\\0]|[. ]$|\.(?:eml|mbox|part|jsonl)$|^(?:cur|new|tmp)$/i)
      }),
      { numRuns: 2000 },
    )
  })

  it('is another for another level', () => {
    fc.assert(
      fc.property(level, level, (one, other) => {
        fc.pre(one !== other)
        expect(directoryName(one)).not.toBe(directoryName(other))
        expect(directoryName(one)).not.toBe(encodedName(other))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    ['%E9t%E9', 'été'],
    ['%C3%A9', 'é'],
    ['50%', '50%'],
    ['%-0a', '%-0a'],
    ['%zz', '%zz'],
  ])('%j, which Postern did not make, is read as %j', (directory, name) => {
    expect(levelOf(directory)).toBe(name)
  })
})

const levelName = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'A', 'ß', 's', '%', '.', 'é', 'e\u0301', '\u200b'),
    minLength: 1,
    maxLength: 3,
  }),
  fc.constantFrom('cur', 'Cur', 'new', '1.eml', '1.EML', 'nul', '..'),
  fc.integer({ min: 1, max: 255 }).map((length) => '語'.repeat(length)),
)
const folder = fc.array(levelName, { minLength: 1, maxLength: 5 }).map((levels) => levels.join('/'))
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
