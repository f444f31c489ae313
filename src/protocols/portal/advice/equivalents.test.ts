import { describe, expect, it } from 'vitest'
import { commands as pop3Commands } from '../../pop3/server.ts'
import type { Operation } from '../../../domain/audit/types.ts'
import { equivalentOf, equivalents } from './equivalents.ts'
import { least } from './advice.ts'

const operations = Object.keys(equivalents) as Operation[]

describe('the table of equivalents', () => {
  it.each(operations)('has for %s requests with a permission, or what there is no equivalent of', (operation) => {
    const { requests, permission, without } = equivalentOf(operation)
    expect(permission === undefined).toBe(requests.length === 0)
    expect(requests.length + without.length).toBeGreaterThan(0)
    for (const request of requests) expect(request).toMatch(/^(GET|POST|PATCH|DELETE) \//)
  })

  it('lets nothing that only reads need more than reading', () => {
    for (const operation of operations) {
      const { requests, permission } = equivalentOf(operation)
      const writes = requests.some((request) => !/^(GET |POST \/subscriptions)/.test(request))
      expect([operation, permission === 'Mail.ReadWrite' || permission === 'Mail.Send']).toEqual([operation, writes])
    }
  })

  it('has a line for what every command of POP3 is counted as', () => {
    const counted = [...pop3Commands.values()].flatMap(({ does }) => does ?? [])
    expect(counted.length).toBeGreaterThan(5)
    for (const operation of counted) expect(operations).toContain(operation)
  })
})

describe('the least permissions', () => {
  it.each([
    [[], []],
    [['Mail.ReadBasic'], ['Mail.ReadBasic']],
    [['Mail.Read', 'Mail.ReadBasic'], ['Mail.Read']],
    [
      ['Mail.ReadBasic', 'Mail.Send', 'Mail.ReadWrite', 'Mail.Read'],
      ['Mail.ReadWrite', 'Mail.Send'],
    ],
    [['Mail.Send'], ['Mail.Send']],
  ] as const)('of %j are %j', (needed, expected) => expect(least(needed)).toEqual(expected))
})
