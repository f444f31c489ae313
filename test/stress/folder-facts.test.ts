import { describe, expect, it } from 'vitest'
import { KEPT, FolderFacts } from './folder-facts.ts'

const present = (...uids: number[]) => new Map(uids.map((uid) => [uid, '']))

describe('the facts about folders', () => {
  it('misses what was acknowledged, unless somebody said, or may have seen to it, that it is gone', () => {
    const facts = new FolderFacts()
    for (const uid of [1, 2, 3, 4]) facts.acknowledged('work', uid, uid)
    facts.gone('work', [2])
    expect(() => facts.check('work', present(1, 4), [])).toThrow('UIDs 3 were acknowledged')
    facts.check('work', present(1, 4), [{ folder: 'work', uids: [3] }])
    facts.check('work', present(4), [{ folder: 'work' }])
    expect(() => facts.check('work', present(), [{ folder: 'other' }])).toThrow('UIDs 4 were')
  })

  it('knows that more are gone than were named', () => {
    const facts = new FolderFacts()
    for (const uid of [1, 2, 3]) facts.acknowledged('work', uid)
    facts.gone('work', [], 1)
    expect(() => facts.check('work', present(1), [])).toThrow('lost')
    facts.check('work', present(1, 3), [])
    expect(() => facts.check('work', present(1), [])).toThrow('lost')
  })

  it('does not let the dead rise, nor a UID mean another letter', () => {
    const facts = new FolderFacts()
    facts.acknowledged('work', 1, 7)
    facts.gone('work', [1])
    expect(() => facts.check('work', present(1), [])).toThrow('are there')
    expect(() => facts.meet('work', 1, 8)).toThrow('was letter 7')
  })

  it('knows which keywords were set, were cleared, or may be either', () => {
    const facts = new FolderFacts()
    facts.acknowledged(KEPT, 1)
    facts.marking('own0', [1], true)
    facts.check(KEPT, new Map([[1, '']]), [])
    expect(() => facts.check(KEPT, new Map([[1, 'own0']]), [])).toThrow('own0 1 is true')
    facts.marking('own0', [1], true)
    facts.marked('own0', [1], true)
    expect(() => facts.check(KEPT, new Map([[1, '']]), [])).toThrow('own0 1 is false')
    facts.check(KEPT, new Map([[1, 'own0 work']]), [])
    expect(() => facts.gone(KEPT, [1])).toThrow('are gone')
  })
})
