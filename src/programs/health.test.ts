import { readFileSync } from 'node:fs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { RunningServer } from '../../test/support/command-line.ts'
import { openServer } from '../../test/support/server.ts'
import { TestWorld } from '../../test/support/world.ts'
import { refuse } from '../core/refusal.ts'
import { createClient } from './cli/client.ts'
import { health, type ServerState } from './health.ts'
import { createHttp } from './http.ts'
import { silentLog } from '../core/log.ts'
import type { Sql } from '../storage/engine.ts'

const PATHS = ['/health', '/health/live', '/health/ready']

/** The answers to the three requests. */
async function answers(first: Sql['first'], state: ServerState): Promise<readonly (readonly [number, unknown])[]> {
  const sql = { first } as Sql
  const http = createHttp({
    services: [health(sql, () => state)],
    world: new TestWorld(),
    log: silentLog,
    base: () => 'https://localhost',
  })
  onTestFinished(() => http.close())
  const got = await Promise.all(PATHS.map((path) => http.inject(path)))
  return got.map((answer) => [answer.statusCode, answer.json()])
}

const readable: Sql['first'] = async () => undefined
const status = (word: string) => ({ status: word })

describe('health', () => {
  it('answers 200 to all three while the server is ready', async () => {
    expect(await answers(readable, 'ready')).toEqual([
      [200, status('ok')],
      [200, status('alive')],
      [200, status('ready')],
    ])
  })

  it.each(['starting', 'draining'] as const)('tells a balancer that the server is %s', async (state) => {
    expect(await answers(readable, state)).toEqual([
      [200, status('ok')],
      [200, status('alive')],
      [503, status(state)],
    ])
  })

  it.each([
    ['fails', () => Promise.reject(new Error('gone'))],
    ['is busy', async () => refuse('busy', 'The database cannot be reached')],
  ])('is alive and not ready while the database %s', async (_, first) => {
    expect(await answers(first as Sql['first'], 'ready')).toEqual([
      [503, status('unavailable')],
      [200, status('alive')],
      [503, status('unavailable')],
    ])
  })

  it('knows no other path', async () => {
    const { http } = await openServer()
    expect((await http.inject('/health/other')).statusCode).toBe(404)
    expect((await http.inject('/healthy')).statusCode).toBe(404)
  })
})

it('a server that stops says so for the time of draining, and serves clients until then', async () => {
  const world = new TestWorld()
  const server = await RunningServer.start({ drain_seconds: 3 }, world)
  const { https } = server.ready
  const ca = readFileSync(server.ready.ca, 'utf8')
  const ready = async () => {
    const client = createClient({ url: new URL(https), ca })
    const { status: code, body } = await client.ask({ verb: 'GET', path: '/health/ready' })
    client.close()
    return [code, JSON.parse(body.toString())]
  }
  expect(await ready()).toEqual([200, status('ready')])
  const closed = server.close()
  expect(await ready()).toEqual([503, status('draining')])
  world.advance(3000)
  await closed
  await expect(ready()).rejects.toThrow('cannot be reached')
})
