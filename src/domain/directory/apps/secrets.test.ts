import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openDirectory } from '../../../../test/support/directory.ts'
import { DAY } from '../../../core/time.ts'
import { sql } from '../../../storage/engine.ts'

async function openApp() {
  const opened = await openDirectory()
  const { directory, tenant } = opened
  const app = await directory.apps.create(tenant.id, { displayName: 'Reader' })
  const add = (secret: Parameters<typeof directory.apps.addSecret>[2] = {}) =>
    directory.apps.addSecret(tenant.id, app.id, secret)
  return { ...opened, app, add, check: (value: string) => directory.apps.checkSecret(app.appId, value) }
}

describe('secrets', () => {
  it('are told once, look like Entra’s, and are kept as a hash', async () => {
    const { directory, tenant, engine, app, add } = await openApp()
    const { value, ...told } = await add({ displayName: 'CI' })
    expect(value).toMatch(/^[\w.]{3}8Q~[\w.]{34}$/)
    expect(told).toMatchObject({ displayName: 'CI', hint: value.slice(0, 3) })
    const kept = await directory.apps.find(tenant.id, { id: app.id })
    expect(kept?.secrets).toEqual([told])
    const rows = await engine.sql.all<Record<string, unknown>>(sql`select * from directory_secret`)
    expect(JSON.stringify(rows)).not.toContain(value)
  })

  it('end two years on unless told otherwise', async () => {
    const { world, add } = await openApp()
    const secret = await add()
    expect(new Date(secret.starts)).toEqual(new Date(world.now()))
    expect(new Date(secret.ends).toISOString()).toBe('2028-11-24T08:00:00.000Z')
  })

  it('count between their start and their end, each of several for itself', async () => {
    const { world, add, check } = await openApp()
    const now = await add({ ends: world.now() + DAY })
    const later = await add({ starts: world.now() + DAY, ends: world.now() + 2 * DAY })
    expect(await check(now.value)).toEqual({ ok: true, keyId: now.keyId })
    expect(await check(later.value)).toEqual({ ok: false, because: 'not-yet-valid' })
    world.advance(DAY)
    expect(await check(now.value)).toEqual({ ok: false, because: 'expired' })
    expect(await check(later.value)).toEqual({ ok: true, keyId: later.keyId })
  })

  it('may have ended before they are made, for programs to be tried against', async () => {
    const { world, add, check } = await openApp()
    const past = await add({ ends: world.now() - DAY })
    expect(await check(past.value)).toEqual({ ok: false, because: 'expired' })
  })

  it('cannot end before they start', async () => {
    const { world, add } = await openApp()
    await expect(add({ starts: world.now(), ends: world.now() - 1 })).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(add({ ends: Number.NaN })).rejects.toMatchObject({ reason: 'bad-syntax' })
  })

  it('are told apart from their keyId, a common mistake', async () => {
    const { add, check } = await openApp()
    const { keyId } = await add()
    expect(await check(keyId)).toEqual({ ok: false, because: 'none-matches', keyIdGiven: true })
    expect(await check(keyId.toUpperCase())).toEqual({ ok: false, because: 'none-matches', keyIdGiven: true })
  })

  it('of another app do not count, and an app without any says so', async () => {
    const { directory, tenant, add, app } = await openApp()
    const other = await directory.apps.create(tenant.id, { displayName: 'Other' })
    const { value } = await add()
    expect(await directory.apps.checkSecret(other.appId, value)).toEqual({ ok: false, because: 'no-credentials' })
    expect(await directory.apps.checkSecret(app.appId.toUpperCase() as typeof app.appId, value)).toMatchObject({
      ok: true,
    })
  })

  it('that were removed do not count', async () => {
    const { directory, tenant, app, add, check } = await openApp()
    const [first, second] = [await add(), await add()]
    await directory.apps.removeSecret(tenant.id, app.id, first.keyId.toUpperCase())
    expect(await check(first.value)).toEqual({ ok: false, because: 'none-matches' })
    expect(await check(second.value)).toMatchObject({ ok: true })
    await expect(directory.apps.removeSecret(tenant.id, app.id, first.keyId)).rejects.toMatchObject({
      reason: 'no-such-thing',
    })
  })

  it('are fifty at most', async () => {
    const { add } = await openApp()
    await Promise.all(Array.from({ length: 50 }, () => add()))
    await expect(add()).rejects.toMatchObject({ reason: 'over-quota' })
  })

  it('are matched by the exact value and by nothing near it', async () => {
    const { add, check } = await openApp()
    const { value } = await add()
    const near = fc.oneof(
      fc.string(),
      fc.nat(value.length).map((cut) => value.slice(0, cut)),
      fc.string({ minLength: 1 }).map((more) => value + more),
      fc
        .tuple(fc.nat(value.length - 1), fc.string({ minLength: 1, maxLength: 1 }))
        .map(([at, other]) => value.slice(0, at) + other + value.slice(at + 1)),
      fc.constantFrom(
        value.toLowerCase(),
        value.toUpperCase(),
        ` ${value}`,
        `${value}\n`,
        `${value}\0`,
        'a'.repeat(1e6),
      ),
    )
    await fc.assert(
      fc.asyncProperty(near, async (guess) => {
        expect((await check(guess)).ok).toBe(guess === value)
      }),
      { numRuns: 200 },
    )
  })
})
