import { expect, expectTypeOf, it } from 'vitest'
import { type AppId, type AppObjectId, type Guid, guid, type MailboxId, type Uid } from './ids.ts'

it('reads a GUID in any letter case and nothing else', () => {
  expect(guid('5E5ADDCD-3e8d-4e90-baf5-964efab2b20a')).toBe('5e5addcd-3e8d-4e90-baf5-964efab2b20a')
  for (const text of ['', '5e5addcd3e8d4e90baf5964efab2b20a', ' 5e5addcd-3e8d-4e90-baf5-964efab2b20a', 'x']) {
    expect(() => guid(text)).toThrow('is not a GUID')
  }
})

it('quotes an invalid GUID up to a limit', () => {
  expect(() => guid('x'.repeat(100_000))).toThrow(`'${'x'.repeat(64)}' is not a GUID`)
})

it('keeps ids of one shape apart', () => {
  expectTypeOf<AppId>().not.toBeNever()
  expectTypeOf<AppId>().toExtend<Guid>()
  expectTypeOf<AppId>().not.toExtend<AppObjectId>()
  expectTypeOf<Guid>().not.toExtend<AppId>()
  expectTypeOf<MailboxId>().not.toExtend<Uid>()
})
