import { describe, expect, it } from 'vitest'
import { BodyBudget } from './body-budget.ts'

describe('the budget of request bodies', () => {
  it('gives several bodies of one caller a quarter of what callers have', () => {
    const budget = new BodyBudget(1600)
    const [one, two] = [budget.ofCaller('a'), budget.ofCaller('a')]
    expect([one.take(200), two.take(100), two.take(1)]).toEqual([true, true, false])
    expect(budget.ofCaller('b').take(300)).toBe(true)
    one.giveBack()
    expect(two.take(1)).toBe(true)
  })

  it('lets one body be as large as there is room', () => {
    const budget = new BodyBudget(1600)
    const large = budget.ofCaller('a')
    expect([large.take(1200), large.take(1)]).toEqual([true, false])
    expect(budget.ofCaller('b').take(1)).toBe(false)
  })

  it('keeps what callers have from those without a token', () => {
    const budget = new BodyBudget(1600)
    for (const network of ['1', '2', '3', '4']) expect(budget.ofStranger(network).take(100)).toBe(true)
    expect(budget.ofStranger('5').take(1)).toBe(false)
    expect(budget.ofCaller('a').take(1000)).toBe(true)
  })

  it('counts what is given back once, and takes nothing after that', () => {
    const budget = new BodyBudget(1600)
    const share = budget.ofStranger('1')
    share.take(100)
    share.giveBack()
    share.giveBack()
    expect([share.take(1), budget.held]).toEqual([false, 0])
  })
})
