import { expect, it } from 'vitest'
import { refusal, type State } from './password-table.ts'
import { openPasswordSetup, settings, type PasswordState } from './password-setup.ts'

const protocols = ['imap', 'pop3', 'smtp'] as const

/** The state with every possible grant. */
const better: { readonly [K in keyof State]?: State[K] } = {
  server: 'policy',
  usersPolicy: 'allows',
  plan: 'none',
  protocolSwitch: 'on',
  tenantSwitch: 'on',
  permission: 'FullAccess',
}

const keyOf = (state: State): string =>
  JSON.stringify(
    state,
    Object.keys(state).toSorted((one, other) => one.localeCompare(other)),
  )

it('a password opens what the reference table allows; no grant closes and no denial opens', async () => {
  const stage = await openPasswordSetup()
  const opened = new Set<string>()
  const judged = new Map<string, State>()
  const judge = async (standing: PasswordState, rest: Omit<State, keyof PasswordState['state']>) => {
    const state = { ...standing.state, ...rest }
    const found = await stage.enter(standing, state)
    const expected = refusal(state)
    const same = found?.failed === expected?.failed && found?.switchedOff === expected?.switchedOff
    if (!same) expect(found, JSON.stringify(state)).toEqual(expected)
    judged.set(keyOf(state), state)
    if (found === undefined) opened.add(keyOf(state))
  }
  for (const set of settings) {
    await stage.set(set)
    for (const protocol of protocols.filter((it) => it === 'smtp' || set.tenantSwitch === 'on')) {
      for (const server of ['off', 'policy'] as const) {
        const tried = { ...set, protocol, server, password: 'right', address: 'there' } as const
        for (const standing of stage.standings) await judge(standing, tried)
        await judge(stage.standings[0]!, { ...tried, address: 'unknown' })
        await judge(stage.standings[0]!, { ...tried, password: 'digest' })
      }
    }
  }
  expect(judged.size).toBe(6 * 3 * 3 * (3 + 1) * 2 * (11 + 2))
  for (const [key, state] of judged) {
    if (!opened.has(key)) continue
    for (const [name, value] of Object.entries(better)) {
      const more = keyOf({ ...state, [name]: value })
      if (judged.has(more)) expect(opened.has(more), `${key} with ${name}`).toBe(true)
    }
  }
  expect(opened.size).toBeGreaterThan(0)
})

it('a wrong password, an unknown user and a disabled user open nothing', async () => {
  const stage = await openPasswordSetup()
  const tried = {
    usersPolicy: 'allows',
    defaultPolicy: 'none',
    plan: 'none',
    tenantSwitch: 'on',
    address: 'there',
  } as const
  await stage.set(tried)
  const [ada] = stage.standings
  const judge = async (password: State['password'], protocol: State['protocol'], server: State['server']) => {
    const state: State = { ...ada!.state, ...tried, password, protocol, server }
    // An address without a user has no policy.
    const expected = refusal(password === 'of nobody' ? { ...state, usersPolicy: 'none' } : state)
    expect(await stage.enter(ada!, state), JSON.stringify(state)).toEqual(expected)
  }
  for (const server of ['off', 'policy'] as const) {
    for (const protocol of protocols) {
      await judge('of nobody', protocol, server)
      await judge('wrong', protocol, server)
    }
  }
  await stage.disable()
  for (const protocol of protocols) await judge('of somebody disabled', protocol, 'policy')
})
