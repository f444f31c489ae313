import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { writtenMailArb } from '../../../../test/corpus/mime/written-mail.ts'
import { flagsOf, naive, queryArb } from '../../../../test/support/naive-search.ts'
import { ArrayFolder } from '../../../../test/support/array-folder.ts'

test('finds what a naive search over the written texts finds', async () => {
  const mails = fc.array(fc.tuple(writtenMailArb, fc.boolean()), { minLength: 1, maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(mails, queryArb, async (written, query) => {
      const shelf = new ArrayFolder(written.map(([{ bytes }, isSeen]) => ({ bytes, flags: flagsOf(isSeen) })))
      const expected = written.flatMap(([mail, isSeen], place) => {
        const fits = naive(query, { written: mail, flags: flagsOf(isSeen), octets: mail.bytes.length })
        return fits ? [(place + 1) * 10] : []
      })
      expect(await shelf.search(query)).toEqual(expected)
    }),
    { numRuns: 400 },
  )
})
