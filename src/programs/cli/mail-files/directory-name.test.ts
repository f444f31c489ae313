import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directoryName, levelOf, encodedName } from './directory-name.ts'

/** Levels such as somebody would choose who wants to break an export. */
const level = fc.oneof(
  fc.string({ unit: fc.constantFrom('.', '%', ' ', '2', 'E', 'a', '\\', '\0', 'ü', '😀'), minLength: 1, maxLength: 6 }),
  fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll('/', '.')),
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
