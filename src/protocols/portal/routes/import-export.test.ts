import { describe, expect, it } from 'vitest'
import { flagNames, newMessage } from './import-export.ts'

const bytes = Buffer.from('')

describe('flags of a message on its way in', () => {
  it('are system flags in any case, and keywords once each', () => {
    const { flags } = newMessage({ bytes, flags: ['\\SEEN', '\\flagged', '$Work', '$work', 'a'] })
    expect(flags.system).toBe(1 | 4)
    expect(flags.keywords.map((it) => it.toLowerCase())).toEqual(['$work', 'a'])
    expect(flagNames(flags).slice(0, 2)).toEqual(['\\Seen', '\\Flagged'])
  })

  it.each(['\\Recent', 'a b', '', '(', 'ä', '"x"', 'x'.repeat(101)])('are refused when one is %j', (flag) => {
    expect(() => newMessage({ bytes, flags: [flag] })).toThrow(/is no flag/)
  })

  it('are bounded in number', () => {
    expect(() => newMessage({ bytes, flags: Array.from({ length: 101 }, (_, n) => `k${n}`) })).toThrow(/too many/)
  })
})
