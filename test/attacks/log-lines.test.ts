import { expect, it } from 'vitest'
import { MINUTE } from '../../src/core/time.ts'
import { type Log, sampledLog } from '../../src/core/log.ts'
import { TestWorld } from '../support/world.ts'

function captured() {
  const lines: { readonly fields: object; readonly text: string }[] = []
  const write = (fields: object, text: string) => void lines.push({ fields, text })
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log }
  const world = new TestWorld()
  return { lines, world, log: sampledLog(log, world).child({ request: 'x' }) }
}

it('refused sign-ins at 1,000 a second write few log lines, and their number', () => {
  const { lines, world, log } = captured()
  for (let nth = 0; nth < 10_000; nth++) log.info({ from: '192.0.2.1', aadsts: 7000215 }, 'A token request was refused')
  expect(lines).toHaveLength(20)
  log.info({ from: '192.0.2.2' }, 'A sign-in was refused')
  log.info({ port: 1 }, 'something else')
  log.error({ from: '192.0.2.1' }, 'a fault')
  expect(lines).toHaveLength(23)
  world.advance(MINUTE)
  expect(lines.at(-1)).toEqual({ fields: { left: 9980 }, text: 'Lines about refusals were left out' })
  log.info({ from: '192.0.2.1' }, 'A token request was refused')
  expect(lines).toHaveLength(25)
})

it('many addresses together write 500 lines a minute', () => {
  const { lines, log } = captured()
  for (let nth = 0; nth < 10_000; nth++) log.info({ from: `192.0.2.${nth}` }, 'A sign-in was refused')
  expect(lines).toHaveLength(500)
})
