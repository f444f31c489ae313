import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { folderNames, levelOf } from './file-names.ts'

describe('the directories for a folder', () => {
  it.each<[string, string[]]>([
    ['Inbox', ['Inbox']],
    ['Clients/Fabrikam & Söhne', ['Clients', 'Fabrikam & Söhne']],
    ['..', ['%2E%2E']],
    ['../../etc', ['%2E%2E', '%2E%2E', 'etc']],
    ['.hidden', ['%2Ehidden']],
    ['', ['%']],
    ['a//b', ['a', '%', 'b']],
    ['C:\\x', ['C%3A%5Cx']],
    ['100%', ['100%25']],
    ['nul', ['nul%']],
    ['a\0b', ['a%00b']],
    ['end. ', ['end.%20']],
  ])('%j is %j', (folder, names) => {
    expect(folderNames(folder)).toEqual(names)
    if (folder !== '' && folder !== 'a//b') expect(names.map(levelOf).join('/')).toBe(folder)
  })

  it('are below the target, whatever the folder is called', () => {
    const folder = fc.string({
      unit: fc.oneof(
        fc.constantFrom('.', '/', '\\', ' ', '%'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    })
    fc.assert(
      fc.property(folder, (name) => {
        const place = path.join('/target', ...folderNames(name))
        expect(path.normalize(place)).toBe(place)
        expect(place.startsWith('/target/')).toBe(true)
        for (const part of folderNames(name)) {
          expect(part).not.toMatch(/^$|^\.|[/\\\0]/)
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(255)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('are others for other folders', () => {
    const name = fc.string({ unit: fc.constantFrom('.', '%', ' ', '2', 'E', 'a', '\\', '\0'), maxLength: 4 })
    fc.assert(
      fc.property(name, name, (one, other) => {
        fc.pre(one !== other)
        expect(folderNames(one)).not.toEqual(folderNames(other))
      }),
      { numRuns: 2000 },
    )
  })
})
