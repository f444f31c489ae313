import { describe, expect, it } from 'vitest'
import { KEPT, Ledger } from './ledger.ts'

const present = (...uids: number[]) => new Map(uids.map((uid) => [uid, '']))

describe('a ledger', () => {
  it('misses what was acknowledged, unless somebody said, or may have seen to it, that it is gone', () => {
    const ledger = new Ledger()
    for (const uid of [1, 2, 3, 4]) ledger.acknowledged('work', uid, uid)
    ledger.gone('work', [2])
    expect(() => ledger.check('work', present(1, 4), [])).toThrow('UIDs 3 were acknowledged')
    ledger.check('work', present(1, 4), [{ folder: 'work', uids: [3] }])
    ledger.check('work', present(4), [{ folder: 'work' }])
    expect(() => ledger.check('work', present(), [{ folder: 'other' }])).toThrow('UIDs 4 were')
  })

  it('knows that more are gone than were named', () => {
    const ledger = new Ledger()
    for (const uid of [1, 2, 3]) ledger.acknowledged('work', uid)
    ledger.gone('work', [], 1)
    expect(() => ledger.check('work', present(1), [])).toThrow('lost')
    ledger.check('work', present(1, 3), [])
    expect(() => ledger.check('work', present(1), [])).toThrow('lost')
  })

  it('does not let the dead rise, nor a UID mean another letter', () => {
    const ledger = new Ledger()
    ledger.acknowledged('work', 1, 7)
    ledger.gone('work', [1])
    expect(() => ledger.check('work', present(1), [])).toThrow('are there')
    expect(() => ledger.meet('work', 1, 8)).toThrow('was letter 7')
  })

  it('knows which keywords were set, were cleared, or may be either', () => {
    const ledger = new Ledger()
    ledger.acknowledged(KEPT, 1)
    ledger.marking('own0', [1], true)
    ledger.check(KEPT, new Map([[1, '']]), [])
    expect(() => ledger.check(KEPT, new Map([[1, 'own0']]), [])).toThrow('own0 1 is true')
    ledger.marking('own0', [1], true)
    ledger.marked('own0', [1], true)
    expect(() => ledger.check(KEPT, new Map([[1, '']]), [])).toThrow('own0 1 is false')
    ledger.check(KEPT, new Map([[1, 'own0 work']]), [])
    expect(() => ledger.gone(KEPT, [1])).toThrow('are gone')
  })
})
