import { beforeEach, expect, test } from 'vitest'
import { DeafNotifier } from '../../../test/support/deaf-notifier.ts'
import { interleaved } from '../../../test/support/interleaved.ts'
import { appGrant, type OpenTokens, openTokens, shareKeyPairs, userGrant } from '../../../test/support/tokens.ts'
import { readJws } from '../../codecs/jwt/jws.ts'
import { DAY, HOUR, MINUTE } from '../../core/time.ts'
import type { KeyOnRing, Tokens } from './types.ts'

beforeEach(shareKeyPairs)

/** The longest lifetime of a token. */
const LONG = { ...appGrant, lifetime: 28 * 3600 }

const kidOf = (token: string) => String(readJws(token)!.header['kid'])
const kids = async (tokens: Tokens) => (await tokens.keys()).map((key) => key.kid)
const states = async (tokens: Tokens) => (await tokens.ring.all()).map(({ state }) => state)
const signer = async (tokens: Tokens) => kidOf((await tokens.mint(appGrant)).token)

/** A verifier elsewhere that fetches the published keys once a day. */
function cachingVerifier({ world, tokens }: OpenTokens) {
  let cached: { at: number; kids: readonly string[] } | undefined
  return async (kid: string): Promise<boolean> => {
    if (!cached || world.now() >= cached.at + DAY) cached = { at: world.now(), kids: await kids(tokens) }
    return cached.kids.includes(kid)
  }
}

test('a client that caches keys for a day knows every key for a year, and no token ends early', async () => {
  const open = await openTokens({ schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const { world, tokens } = open
  const knows = cachingVerifier(open)
  const signers = new Set<string>()
  let standing: { token: string; ends: number }[] = []
  for (const start = world.now(); world.now() < start + 365 * DAY; world.advance(7 * HOUR)) {
    const { token } = await tokens.mint(LONG)
    signers.add(kidOf(token))
    expect(await knows(kidOf(token))).toBe(true)
    standing = [...standing, { token, ends: world.now() + 28 * HOUR }].filter(({ ends }) => ends > world.now())
    for (const one of standing) expect((await tokens.verify(one.token)).ok).toBe(true)
    expect((await kids(tokens)).length).toBeLessThanOrEqual(3)
  }
  expect(signers.size).toBe(13)
})

test('a key is published, then signs, then verifies until its tokens expire, and is then removed', async () => {
  const { world, tokens } = await openTokens({ schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const first = await signer(tokens)
  expect(await states(tokens)).toEqual(['signing'])
  world.advance(28 * DAY)
  expect(await signer(tokens)).toBe(first)
  expect(await states(tokens)).toEqual(['published', 'signing'])
  world.advance(2 * DAY - 1)
  const last = await tokens.mint(LONG)
  expect(kidOf(last.token)).toBe(first)
  world.advance(1)
  const second = await signer(tokens)
  expect(second).not.toBe(first)
  expect(await states(tokens)).toEqual(['signing', 'retired'])
  world.advance(28 * HOUR - 2000)
  expect((await tokens.verify(last.token)).ok).toBe(true)
  world.advance(HOUR + 2000)
  expect(await kids(tokens)).toEqual([second])
})

test('after a long pause the old key signs until the next was published for long enough', async () => {
  const { world, tokens, fresh } = await openTokens({ schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const old = await signer(tokens)
  world.advance(200 * DAY)
  const awake = fresh()
  expect(await signer(awake)).toBe(old)
  expect(await states(awake)).toEqual(['published', 'signing'])
  world.advance(48 * HOUR)
  expect(await signer(awake)).not.toBe(old)
})

test('after a pause longer than the lifetime of all keys, a new key signs at once', async () => {
  const { world, tokens, fresh } = await openTokens()
  const old = await signer(tokens)
  world.advance(730 * DAY - 27 * HOUR)
  expect(await signer(fresh())).not.toBe(old)
})

test('a requested key signs after it was published for long enough, and signing never stops', async () => {
  const open = await openTokens()
  const { world, tokens, fresh } = open
  const knows = cachingVerifier(open)
  const old = await tokens.mint(LONG)
  expect(await knows(kidOf(old.token))).toBe(true)
  const made = await tokens.ring.rotate({ immediately: false })
  expect(made).toMatchObject({ state: 'published', signsFrom: world.now() + 48 * HOUR })
  for (let hours = 0; hours < 100; hours++) {
    const { token } = await tokens.mint(appGrant)
    expect(kidOf(token)).toBe(hours < 48 ? kidOf(old.token) : made.kid)
    expect(await knows(kidOf(token))).toBe(true)
    for (const verifier of [tokens, fresh()]) expect((await verifier.verify(token)).ok).toBe(true)
    world.advance(HOUR)
  }
})

test('a key that is requested immediately signs at once, and tokens of the old key stay valid', async () => {
  const { world, tokens, fresh } = await openTokens()
  const old = await tokens.mint(appGrant)
  world.advance(1)
  const made = await tokens.ring.rotate({ immediately: true })
  expect(made.state).toBe('signing')
  expect(await signer(tokens)).toBe(made.kid)
  expect(await states(tokens)).toEqual(['signing', 'retired'])
  for (const verifier of [tokens, fresh()]) expect((await verifier.verify(old.token)).ok).toBe(true)
})

test('revoking a key ends every token that it signed, also tokens that were verified before', async () => {
  const { tokens, fresh } = await openTokens()
  const other = fresh()
  const stolen = await Promise.all([tokens.mint(appGrant), tokens.mint(userGrant)])
  for (const { token } of stolen) {
    expect((await tokens.verify(token)).ok).toBe(true)
    expect((await other.verify(token)).ok).toBe(true)
  }
  const kid = kidOf(stolen[0].token)
  await tokens.ring.revoke(kid)
  for (const { token } of stolen) {
    expect(await tokens.verify(token)).toMatchObject({ ok: false, fault: 'unknown-key' })
    expect(await fresh().verify(token)).toMatchObject({ ok: false, fault: 'unknown-key' })
  }
  expect(await kids(tokens)).not.toContain(kid)
  const { token } = await tokens.mint(appGrant)
  expect(kidOf(token)).not.toBe(kid)
  expect((await tokens.verify(token)).ok).toBe(true)
})

test('a key that one node revokes is believed at no other, with notices and without', async () => {
  const { tokens, fresh } = await openTokens()
  const notifier = new DeafNotifier()
  const [hears, looks] = [fresh(), fresh({ notifier })]
  const { token } = await tokens.mint(LONG)
  for (const node of [hears, looks]) expect((await node.verify(token)).ok).toBe(true)
  await notifier.look()
  const told = [hears, looks].map(({ ring }) => new Promise<void>((resolve) => ring.whenRevoked(resolve)))
  await tokens.ring.revoke(kidOf(token))
  await told[0]
  expect(await hears.verify(token)).toMatchObject({ ok: false, fault: 'unknown-key' })
  await notifier.look()
  await told[1]
  expect(await looks.verify(token)).toMatchObject({ ok: false, fault: 'unknown-key' })
  for (const { ring } of [hears, looks]) expect(ring.isRevoked(kidOf(token))).toBe(true)
})

test('a token of a key that another node has just made is accepted', async () => {
  const { tokens, fresh, world } = await openTokens()
  const other = fresh({ notifier: new DeafNotifier() })
  expect((await other.verify((await tokens.mint(appGrant)).token)).ok).toBe(true)
  world.advance(100)
  await tokens.ring.rotate({ immediately: true })
  const { token } = await tokens.mint(appGrant)
  const verdicts = await Promise.all([other.verify(token), other.verify(token)])
  expect(verdicts).toMatchObject([{ ok: true }, { ok: true }])
})

test('two nodes that start at the same moment make one key', async () => {
  const { sql, fresh } = await openTokens()
  const rows = interleaved(sql)
  const nodes = [fresh({ sql: rows }), fresh({ sql: rows })]
  const signers = await Promise.all(nodes.map(signer))
  expect(signers[0]).toBe(signers[1])
  expect(await kids(nodes[0]!)).toEqual([signers[0]])
})

test('the node with the lease makes the next key; another makes one only if none can sign', async () => {
  const jobs: ((signal: AbortSignal) => Promise<void>)[] = []
  const leases = { run: (_: string, job: (typeof jobs)[number]) => void jobs.push(job) }
  const { world, fresh } = await openTokens({ leases, schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const [one, other] = [fresh(), fresh()]
  for (const node of [one, other]) await node.ready()
  world.advance(29 * DAY)
  expect(await states(other)).toEqual(['signing'])
  const lease = new AbortController()
  const held = jobs[0]!(lease.signal)
  world.advance(HOUR)
  lease.abort()
  await held
  expect(await states(one)).toEqual(['published', 'signing'])
  expect(await states(other)).toEqual(['published', 'signing'])
  world.advance(730 * DAY)
  expect(await states(other)).toEqual(['signing'])
})

test('nothing remains of the private part of a revoked key', async () => {
  const { sql, tokens } = await openTokens()
  await tokens.ring.revoke(await signer(tokens))
  const rows = await sql.all<{ kid: string }>({ parts: ['select kid from token_key'], args: [] })
  expect(rows.map(({ kid }) => kid)).toEqual(await kids(tokens))
})

test('when the signing key is revoked, a published key takes its place', async () => {
  const { tokens } = await openTokens()
  const old = await signer(tokens)
  const waiting = await tokens.ring.rotate({ immediately: false })
  await tokens.ring.revoke(old)
  expect(await signer(tokens)).toBe(waiting.kid)
  expect(await states(tokens)).toEqual(['signing'])
})

test('when the next key is revoked, the current one signs on, and another is published in time', async () => {
  const open = await openTokens({ schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const { world, tokens } = open
  const knows = cachingVerifier(open)
  const old = await signer(tokens)
  world.advance(29 * DAY)
  const next = (await tokens.ring.all()).find(({ state }) => state === 'published') as KeyOnRing
  await tokens.ring.revoke(next.kid)
  for (let hours = 0; hours < 120; hours++) {
    const kid = await signer(tokens)
    expect(await knows(kid)).toBe(true)
    expect(kid).not.toBe(next.kid)
    world.advance(HOUR)
  }
  expect(await kids(tokens)).not.toContain(old)
})

test('an unknown key cannot be revoked, and the number of keys is limited', async () => {
  const { tokens } = await openTokens()
  await expect(tokens.ring.revoke('nobody')).rejects.toMatchObject({ reason: 'no-such-thing' })
  for (let made = 1; made < 10; made++) await tokens.ring.rotate({ immediately: false })
  await expect(tokens.ring.rotate({ immediately: false })).rejects.toMatchObject({ reason: 'not-allowed' })
})

test('if the next key cannot be stored, the current one signs on', async () => {
  let full = false
  const { world, sql, fresh } = await openTokens({ schedule: { rotation_days: 30, publish_ahead_hours: 48 } })
  const failing: typeof sql = {
    ...sql,
    write: (work, holds) => (full ? Promise.reject(new Error('The disk is full')) : sql.write(work, holds)),
  }
  const tokens = fresh({ sql: failing })
  const old = await signer(tokens)
  full = true
  world.advance(29 * DAY)
  expect(await signer(tokens)).toBe(old)
  full = false
  expect(await states(tokens)).toEqual(['signing'])
  world.advance(MINUTE)
  expect(await states(tokens)).toEqual(['published', 'signing'])
})
