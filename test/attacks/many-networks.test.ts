import { expect, it } from 'vitest'
import { silentLog } from '../../src/core/log.ts'
import { Connections } from '../../src/core/connections/connections.ts'
import { FairShare } from '../../src/core/connections/connection.ts'
import { networkOf } from '../../src/core/network.ts'
import { ConnectionUse } from '../../src/programs/http/connection-use.ts'
import { TestWorld } from '../support/world.ts'
import { expectLinear } from './growth.ts'

/** An IPv6 /48 has 65,536 of them. */
const networks = (size: number): readonly string[] =>
  Array.from({ length: size / 64 }, (_, at) => networkOf(`2001:db8:0:${at.toString(16)}::1`))

it('asking for a share takes the same time however many IPv6 networks of an attacker are active', () => {
  expectLinear(networks, (all) => {
    const share = new FairShare(new TestWorld(), () => true)
    for (const network of all) share.take(network)
    for (let times = 0; times < all.length; times += 1) share.take('192.0.2.1')
  })
})

/** A connection of a network that has used up its share of a server that is behind. */
function pipelining() {
  const world = new TestWorld()
  const most = { most: 1e5, perAddress: 1e5, unauthenticatedPerAddress: 1e5 }
  const connections = new Connections(most, { world, log: silentLog, isBehind: () => true })
  const https = connections.of('https', most)
  let isClosed = false
  https.accept('192.0.2.2', () => {})
  const connection = https.accept('192.0.2.1', () => (isClosed = true))
  if (typeof connection === 'string') throw new Error(connection)
  while (typeof https.accept('192.0.2.1', () => {}) !== 'string');
  const answer = { on: () => answer } as never
  let judged = 0
  const ask = () =>
    new ConnectionUse(connection, answer).turn().then(
      () => (judged += 1),
      () => {},
    )
  return { world, ask, judged: () => judged, isClosed: () => isClosed }
}

it('pipelined requests wait for the share of their network before any of them is judged', async () => {
  const { ask, judged, isClosed } = pipelining()
  void ask()
  for (let times = 0; times < 10; times += 1) void ask()
  await new Promise(setImmediate)
  expect([judged(), isClosed()]).toEqual([1, false])
})

it('a connection on which many pipelined requests wait is closed, and none of them is judged', async () => {
  const { ask, judged, isClosed } = pipelining()
  await Promise.all(Array.from({ length: 5000 }, ask))
  expect([judged(), isClosed()]).toEqual([0, true])
})
