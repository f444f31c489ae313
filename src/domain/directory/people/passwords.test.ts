import { verify } from '@node-rs/argon2'
import { array, assert, asyncProperty, constant, constantFrom, oneof } from 'fast-check'
import { describe, expect, it, test, vi } from 'vitest'
import { newMailbox, openDirectory } from '../../../../test/support/directory.ts'
import { interleaved } from '../../../../test/support/interleaved.ts'
import { HOUR, MINUTE } from '../../../core/time.ts'
import { sql } from '../../../storage/engine.ts'
import { createDirectory } from '../directory.ts'
import { FORGOTTEN, lockedFor } from './lockout.ts'
import { directoryDefaults } from '../settings.ts'
import { FairQueue } from './passwords.ts'
import type { NewUser } from '../types.ts'

vi.mock('@node-rs/argon2', { spy: true })

const password = 'Correct horse'
const ada: NewUser = {
  userPrincipalName: 'Ada@contoso.test',
  displayName: 'Ada',
  mailNickname: 'ada',
  accountEnabled: true,
  password,
}

async function withAda(change: Partial<NewUser> = {}) {
  const open = await openDirectory()
  const user = await open.directory.users.create(open.tenant.id, { ...ada, ...change })
  const guess = (text: string, upn = 'ada@contoso.test', from?: string) =>
    open.directory.users.checkPassword(open.tenant.id, upn, text, from)
  const guessWrongly = async (times: number) => {
    for (let at = 0; at < times; at++) await guess('wrong')
  }
  return { ...open, user, guess, guessWrongly }
}

test('wrong passwords at two nodes at the same moment are all counted', async () => {
  const { directory, engine, tenant, user, world } = await withAda()
  const known = '192.0.2.7'
  await directory.users.checkPassword(tenant.id, ada.userPrincipalName, password, known)
  const rows = interleaved(engine.sql)
  const settings = { ...directoryDefaults, lockout_failures: 4 }
  const nodes = [1, 2].map(() => createDirectory({ sql: rows, notifier: engine.notifier, world, settings }))
  const guess = (from: string) =>
    Promise.all(
      [...nodes, ...nodes].map(({ users }) => users.checkPassword(tenant.id, ada.userPrincipalName, 'wrong', from)),
    )
  for (const from of ['', known]) {
    await guess(from)
    await rows.settled()
    for (const { users } of nodes) {
      const locked = await users.checkPassword(tenant.id, ada.userPrincipalName, password, from)
      expect(locked).toMatchObject({ because: 'locked' })
    }
  }
  const counts = await engine.sql.all(sql`select count from directory_failed_guesses where user_id = ${user.id}
    union all select count from directory_familiar_network where user_id = ${user.id}`)
  expect(counts).toEqual([{ count: 4 }, { count: 4 }])
})

describe('a password', () => {
  it('signs in its own user, named in any letter case, and nobody else', async () => {
    const { guess, user, directory, tenant } = await withAda()
    expect(await guess(password, 'ADA@contoso.test')).toEqual({ ok: true, user, mustChange: false })
    expect(await guess('CORRECT horse')).toEqual({ ok: false, because: 'wrong', user })
    expect(await guess(password, 'bob@contoso.test')).toEqual({ ok: false, because: 'unknown', user: undefined })
    const other = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    expect(await directory.users.checkPassword(other.id, 'ada@contoso.test', password)).toMatchObject({ ok: false })
    expect(await directory.users.checkPassword(tenant.id, 'ada@contoso.test', `${password}\0`)).toMatchObject({
      ok: false,
    })
  })

  it('of a disabled account: only the right password reveals that the account is disabled', async () => {
    const { guess } = await withAda({ accountEnabled: false })
    expect(await guess('wrong')).toMatchObject({ ok: false, because: 'wrong' })
    expect(await guess(password)).toMatchObject({ ok: false, because: 'disabled' })
  })

  it('that was never set does not equal the empty password', async () => {
    const { directory, tenant } = await openDirectory()
    const { password: _, ...without } = ada
    const user = await directory.users.create(tenant.id, without)
    expect(user.passwordChanged).toBeUndefined()
    for (const text of ['', 'x'.repeat(300)]) {
      expect(await directory.users.checkPassword(tenant.id, 'ada@contoso.test', text)).toMatchObject({
        because: 'no-password',
      })
    }
  })

  it('that must be changed is reported until the change, which is dated', async () => {
    const { directory, tenant, world, guess, user } = await withAda({ mustChangePassword: true })
    expect(user.passwordChanged).toBe(world.now())
    expect(await guess(password)).toMatchObject({ ok: true, mustChange: true })
    world.advance(1000)
    const change = (old: string, wanted: string) =>
      directory.users.changePassword(tenant.id, 'ada@contoso.test', old, wanted)
    await expect(change(password, password)).rejects.toMatchObject({ reason: 'bad-syntax' })
    await expect(change(password, '')).rejects.toMatchObject({ reason: 'bad-syntax' })
    expect(await change('wrong', 'Battery staple')).toMatchObject({ ok: false, because: 'wrong' })
    expect(await change(password, 'Battery staple')).toMatchObject({ ok: true, mustChange: false })
    expect(await guess(password)).toMatchObject({ ok: false, because: 'wrong' })
    const after = await guess('Battery staple')
    expect(after).toMatchObject({ ok: true, mustChange: false, user: { passwordChanged: world.now() } })
    expect(await directory.users.find(tenant.id, user.id)).toEqual(after.user)
  })

  it('that two requests change at the same time is changed by one of them', async () => {
    const { directory, tenant, guess } = await withAda()
    const both = await Promise.all(
      ['First of two', 'Second of two'].map((wanted) =>
        directory.users.changePassword(tenant.id, 'ada@contoso.test', password, wanted),
      ),
    )
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await guess(both[0]!.ok ? 'First of two' : 'Second of two')).toMatchObject({ ok: true })
  })

  it('is compared once for every user: unknown, without a password, disabled or enabled', async () => {
    const { directory, tenant } = await withAda()
    const { password: _, ...without } = ada
    await directory.users.create(tenant.id, { ...without, userPrincipalName: 'none@contoso.test' })
    await directory.users.create(tenant.id, { ...ada, userPrincipalName: 'off@contoso.test', accountEnabled: false })
    for (const name of ['ada', 'none', 'off', 'nobody']) {
      vi.mocked(verify).mockClear()
      await directory.users.checkPassword(tenant.id, `${name}@contoso.test`, 'wrong')
      expect(vi.mocked(verify).mock.calls).toEqual([
        [expect.stringMatching(/^.argon2id.v=19.m=19456,t=2,p=1./), 'wrong'],
      ])
    }
  })
})

describe('a verified password', () => {
  it('is not compared again for an hour, and then once', async () => {
    const { guess, world } = await withAda()
    await guess(password)
    vi.mocked(verify).mockClear()
    for (let at = 0; at < 59; at++) {
      world.advance(MINUTE)
      expect(await guess(password, 'ADA@contoso.test')).toMatchObject({ ok: true })
    }
    expect(verify).not.toHaveBeenCalled()
    world.advance(MINUTE)
    expect(await guess(password)).toMatchObject({ ok: true })
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('does not verify another password, and is forgotten when the password changes', async () => {
    const { guess, directory, tenant, user } = await withAda()
    await guess(password)
    expect(await guess('wrong')).toMatchObject({ because: 'wrong' })
    await directory.users.update(tenant.id, user.id, { password: 'Another one' })
    expect(await guess(password)).toMatchObject({ because: 'wrong' })
    expect(await guess('Another one')).toMatchObject({ ok: true })
    await directory.users.update(tenant.id, user.id, { accountEnabled: false })
    expect(await guess('Another one')).toMatchObject({ because: 'disabled' })
  })

  it('does not sign in a locked user', async () => {
    const { guess, guessWrongly, world } = await withAda()
    await guess(password)
    await guessWrongly(10)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    world.advance(MINUTE)
    expect(await guess(password)).toMatchObject({ ok: true })
  })

  it('does not wait for a flood of guesses', async () => {
    const { guess } = await withAda()
    await guess(password)
    const gate = Promise.withResolvers<boolean>()
    const hanging = vi.mocked(verify).mockImplementation(() => gate.promise)
    const flood = Array.from({ length: 250 }, (_, at) =>
      guess('wrong', `nobody${at}@contoso.test`).catch((error: unknown) => error),
    )
    expect(await guess(password)).toMatchObject({ ok: true })
    gate.resolve(false)
    await Promise.all(flood)
    hanging.mockRestore()
  })
})

describe('lockout', () => {
  it('begins with the tenth wrong password, for a minute, and also refuses the right one', async () => {
    const { guess, guessWrongly, world } = await withAda()
    await guessWrongly(9)
    expect(await guess(password)).toMatchObject({ ok: true })
    await guessWrongly(10)
    expect(await guess(password)).toMatchObject({ ok: false, because: 'locked' })
    world.advance(59_999)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    world.advance(1)
    expect(await guess(password)).toMatchObject({ ok: true })
  })

  it('doubles with each further wrong password, up to an hour, and resets after a day without one', async () => {
    expect([10, 11, 12, 30].map((count) => lockedFor(count, directoryDefaults))).toEqual([
      60_000,
      120_000,
      240_000,
      HOUR,
    ])
    const { guess, guessWrongly, world } = await withAda()
    await guessWrongly(10)
    world.advance(MINUTE)
    await guessWrongly(1)
    world.advance(119_999)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    world.advance(FORGOTTEN)
    await guessWrongly(9)
    expect(await guess(password)).toMatchObject({ ok: true })
  })

  it('by failures from elsewhere does not affect a known network, and a sign-in there does not reset it', async () => {
    const { guess, world } = await withAda()
    const [here, elsewhere] = ['192.0.2.7', '203.0.113.9']
    const at = (text: string, from: string) => guess(text, 'ada@contoso.test', from)
    expect(await at(password, here)).toMatchObject({ ok: true })
    for (let round = 0; round < 10; round++) {
      expect(await at('guessed', elsewhere)).toMatchObject({ because: 'wrong' })
      expect(await at(password, here)).toMatchObject({ ok: true })
    }
    expect(await at(password, elsewhere)).toMatchObject({ because: 'locked' })
    expect(await at(password, '198.51.100.1')).toMatchObject({ because: 'locked' })
    for (let wrong = 0; wrong < 10; wrong++) await at('mistyped', here)
    expect(await at(password, here)).toMatchObject({ because: 'locked' })
    world.advance(MINUTE)
    expect(await at(password, here)).toMatchObject({ ok: true })
    world.advance(31 * FORGOTTEN)
    for (let wrong = 0; wrong < 10; wrong++) await at('guessed', elsewhere)
    expect(await at(password, here)).toMatchObject({ because: 'locked' })
  })

  it('knows the last twenty networks of the right password, until the password changes', async () => {
    const { guess, engine, directory, tenant, user, world } = await withAda()
    const known = async () => (await engine.sql.all(sql`select network from directory_familiar_network`)).length
    for (let host = 0; host < 22; host++) {
      await guess(password, 'ada@contoso.test', `192.0.2.${host}`)
      world.advance(1000)
    }
    expect(await known()).toBe(20)
    await directory.users.update(tenant.id, user.id, { password: 'Another one' })
    expect(await known()).toBe(0)
  })

  it('by a clock that was years ahead ends when the clock is corrected', async () => {
    const { guess, guessWrongly, world } = await withAda()
    world.advance(3650 * FORGOTTEN)
    await guessWrongly(12)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    world.advance(-30_000)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    world.advance(-3650 * FORGOTTEN)
    expect(await guess(password)).toMatchObject({ ok: true })
  })

  it('survives a restart', async () => {
    const { guess, guessWrongly, engine, world, tenant } = await withAda()
    await guessWrongly(10)
    expect(await guess(password)).toMatchObject({ because: 'locked' })
    const again = createDirectory({ sql: engine.sql, notifier: engine.notifier, world })
    expect(await again.users.checkPassword(tenant.id, 'ada@contoso.test', password)).toMatchObject({
      because: 'locked',
    })
  })

  it('stores nothing about unknown and removed users', async () => {
    const { guess, engine, directory, tenant } = await withAda()
    const mailbox = await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), password })
    const counted = () => engine.sql.all(sql`select user_id from directory_failed_guesses`)
    for (let at = 0; at < 3; at++) await guess('wrong', `nobody${at}@contoso.test`)
    await guess(password, 'bob@contoso.test', '192.0.2.7')
    await guess('wrong', 'bob@contoso.test')
    expect(await guess('wrong', 'bob@contoso.test')).toMatchObject({ because: 'wrong' })
    expect(await counted()).toEqual([{ user_id: mailbox.externalDirectoryObjectId }])
    await directory.mailboxes.remove(tenant.id, mailbox.id)
    expect(await counted()).toEqual([])
    expect(await engine.sql.all(sql`select * from directory_familiar_network`)).toEqual([])
  })

  it('refuses all guesses if they cannot be counted', async () => {
    const { guess, engine } = await withAda()
    const write = vi.spyOn(engine.sql, 'write').mockRejectedValueOnce(new Error('no room'))
    await guess('wrong')
    write.mockRestore()
    await expect(guess(password)).rejects.toThrow('no room')
    expect(await guess(password)).toMatchObject({ ok: true })
  })

  it('equals a small model, for any guesses at any times', async () => {
    const { world, guess } = await withAda()
    const step = oneof(
      { weight: 8, arbitrary: constant('wrong' as const) },
      { weight: 1, arbitrary: constant('right' as const) },
      { weight: 2, arbitrary: constantFrom(30_000, 60_000, 150_000, FORGOTTEN) },
    )
    await assert(
      asyncProperty(array(step, { minLength: 10, maxLength: 24 }), async (steps) => {
        world.advance(2 * FORGOTTEN)
        await guess(password)
        const model = { count: 0, last: 0, until: 0 }
        for (const did of steps) {
          if (typeof did === 'number') world.advance(did)
          else {
            const now = world.now()
            const told = await guess(did === 'right' ? password : 'wrong')
            if (model.until > now) expect(told).toMatchObject({ ok: false, because: 'locked' })
            else if (did === 'right') {
              expect(told).toMatchObject({ ok: true })
              Object.assign(model, { count: 0, until: 0 })
            } else {
              expect(told).toMatchObject({ ok: false, because: 'wrong' })
              model.count = now - model.last < FORGOTTEN ? model.count + 1 : 1
              model.last = now
              if (model.count >= 10) model.until = now + Math.min(HOUR, 60_000 * 2 ** (model.count - 10))
            }
          }
        }
      }),
      { numRuns: 8 },
    )
  })
})

it('a flood of guesses waits in a queue, and is refused beyond its limit', async () => {
  const { guess } = await withAda()
  const gate = Promise.withResolvers<boolean>()
  const hanging = vi.mocked(verify).mockImplementation(() => gate.promise)
  const flood = Array.from({ length: 250 }, (_, at) =>
    guess('wrong', `nobody${at}@contoso.test`).catch((error: unknown) => error),
  )
  // While no comparison ends, the first answer is a refusal.
  expect(await Promise.race(flood)).toMatchObject({ reason: 'busy' })
  await expect(guess(password)).rejects.toMatchObject({ reason: 'busy' })
  expect(hanging.mock.calls.length).toBeLessThanOrEqual(2)
  gate.resolve(false)
  const answers = await Promise.all(flood)
  expect(answers.filter((answer) => answer instanceof Error).length).toBeGreaterThan(40)
  expect(answers).toContainEqual({ ok: false, because: 'unknown', user: undefined })
  hanging.mockRestore()
  expect(await guess(password)).toMatchObject({ ok: true })
})

it('a flood of guesses from one network does not block other networks', async () => {
  const { guess } = await withAda()
  const gate = Promise.withResolvers<boolean>()
  const argon2 = await vi.importActual<typeof import('@node-rs/argon2')>('@node-rs/argon2')
  const hanging = vi
    .mocked(verify)
    .mockImplementation((hashed, text) => (text === 'wrong' ? gate.promise : argon2.verify(hashed, text)))
  const flood = Array.from({ length: 250 }, (_, at) =>
    guess('wrong', `nobody${at}@contoso.test`, `2001:db8::${at}`).catch((error: unknown) => error),
  )
  const adas = guess(password, 'ada@contoso.test', '192.0.2.7')
  gate.resolve(false)
  expect(await adas).toMatchObject({ ok: true })
  await Promise.all(flood)
  hanging.mockRestore()
})

describe('the fair queue', () => {
  it('runs a limited number at once, queues the others in order, and refuses beyond its limit', async () => {
    const turns = new FairQueue(1, 2)
    const done: number[] = []
    const gates = [1, 2, 3].map(() => Promise.withResolvers<void>())
    const all = gates.map(({ promise }, at) => turns.take(() => promise.then(() => void done.push(at))))
    await expect(turns.take(async () => {})).rejects.toMatchObject({ reason: 'busy' })
    gates[2]!.resolve()
    gates[0]!.resolve()
    gates[1]!.resolve()
    await Promise.all(all)
    expect(done).toEqual([0, 1, 2])
    expect(await turns.take(async () => 'free again')).toBe('free again')
  })

  it('alternates between networks, and refuses the last waiter of the longest queue', async () => {
    const turns = new FairQueue(1, 3)
    const done: string[] = []
    const gate = Promise.withResolvers<void>()
    const taken = (name: string, whose: string) =>
      turns.take(async () => void done.push(name), whose).catch(() => void done.push(`${name} is refused`))
    const all = [turns.take(() => gate.promise, 'flood')]
    for (const name of ['one', 'two', 'three', 'four']) all.push(taken(name, 'flood'))
    for (const name of ['ada', 'bob']) all.push(taken(name, name))
    gate.resolve()
    await Promise.all(all)
    expect(done).toEqual(['four is refused', 'three is refused', 'two is refused', 'one', 'ada', 'bob'])
  })

  it('continues after work that fails', async () => {
    const turns = new FairQueue(1, 0)
    await expect(turns.take(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await turns.take(async () => 'next')).toBe('next')
  })
})
