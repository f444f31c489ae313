import { describe, expect, it } from 'vitest'
import { changes, changingParameters, commonParameters } from './cmdlet.ts'
import { cmdlets, findCmdlet } from './index.ts'

describe('the table of cmdlets', () => {
  it('has each name once', () => {
    const names = cmdlets.map((cmdlet) => cmdlet.name.toLowerCase())
    expect(new Set(names).size).toBe(names.length)
  })

  it('finds by name in any case', () => {
    expect(findCmdlet('NEW-mailbox')?.name).toBe('New-Mailbox')
    expect(findCmdlet('New-Mail')).toBeUndefined()
  })

  describe.each(cmdlets.map((cmdlet) => [cmdlet.name, cmdlet] as const))('%s', (_, cmdlet) => {
    it('names its parameters so that each is found', () => {
      const all = { ...cmdlet.parameters, ...commonParameters, ...(changes(cmdlet) ? changingParameters : {}) }
      const names = Object.entries(all).flatMap(([name, { aliases }]) =>
        [name, ...aliases].map((it) => it.toLowerCase()),
      )
      expect(new Set(names).size).toBe(names.length)
    })

    it('has a parameter for the object that it names', () => {
      expect(cmdlet.names === undefined || Object.hasOwn(cmdlet.parameters, cmdlet.names)).toBe(true)
    })

    it('has one parameter for each place', () => {
      const places = Object.values(cmdlet.parameters).flatMap(({ position }) => position ?? [])
      expect(new Set(places)).toEqual(new Set(places.map((_, at) => at)))
    })

    it('says in sentences what it and its parameters are for', () => {
      const texts = [cmdlet.synopsis, ...Object.values(cmdlet.parameters).map(({ meaning }) => meaning)]
      for (const text of texts) expect(text).not.toBe('')
      expect(cmdlet.synopsis).toMatch(/\.$/)
    })
  })
})
