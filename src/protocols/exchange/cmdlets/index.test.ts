import { expect, it } from 'vitest'
import { cmdlets } from '../../../cmdlets/index.ts'
import { commands } from './index.ts'

it('every Exchange cmdlet that is declared runs, and none other', () => {
  const declared = cmdlets.filter((cmdlet) => cmdlet.module === 'exchange').map((cmdlet) => cmdlet.name)
  const running = commands.map(({ declaration }) => declaration.name)
  expect([...running].sort()).toEqual([...declared].sort())
})
