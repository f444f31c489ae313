import { describe, expect, it } from 'vitest'
import type { Access } from '../../src/access/types.ts'
import type { CheckName } from '../../src/domain/audit/types.ts'
import { openOnce } from '../support/lifecycle.ts'
import { product } from '../support/server-process.ts'
import { decided, type State } from './mailbox-table.ts'
import { openMailboxSetup, openRoleSetup, type Caller } from './mailbox-setup.ts'

type Shown = Pick<State, 'token' | 'audience' | 'claimed' | 'address'>
type Rules = Pick<State, 'profile' | 'strict' | 'immediate' | 'tenantSwitch'>
type Outcome = 'granted' | { readonly failed: CheckName; readonly spokenAt: string }

/** Every audience, claim and address with a good token; where it is bad nothing else is looked at. */
const showings: readonly Shown[] = [
  ...product<Shown>({
    token: ['good'],
    audience: ['Exchange', 'consent', 'Graph'],
    claimed: [true, false],
    address: ['there', 'unknown'],
  }),
  ...product<Shown>({ token: ['good'], audience: ['Exchange', 'other'], claimed: [true], address: ['not named'] }),
  ...product<Shown>({ token: ['expired', 'tampered'], audience: ['Exchange'], claimed: [true], address: ['there'] }),
]

const defaults: readonly Rules[] = [
  { profile: 'standards', strict: false, immediate: true, tenantSwitch: 'on' },
  { profile: 'exchange-online', strict: true, immediate: false, tenantSwitch: 'on' },
]
const allRules = [
  ...product<Rules>({
    profile: ['standards', 'exchange-online'],
    strict: [true, false],
    immediate: [true, false],
    tenantSwitch: ['on'],
  }),
]

/** Signs in with everything that can be shown, and answers what came of it. */
async function* outcomes(access: Access, rules: Rules, standings: readonly Caller[], protocol: State['protocol']) {
  for (const standing of standings) {
    for (const shown of showings) {
      const state: State = { ...rules, ...standing.state, ...shown, protocol }
      yield { state, outcome: await entered(access, state, standing) }
    }
  }
}

async function entered(access: Access, state: State, standing: Caller): Promise<Outcome> {
  const { protocol } = state
  const addresses = {
    there: standing.mailbox.primarySmtpAddress,
    unknown: 'nobody@contoso.test',
    'not named': undefined,
  }
  const entry = await access.enter({
    credential: { bearer: await standing.token(state) },
    protocol,
    address: addresses[state.address],
    from: '192.0.2.7',
  })
  if (!entry.granted) return { failed: entry.failed, spokenAt: entry.spokenAt }
  entry.leave()
  return 'granted'
}

/** The state with every possible grant. */
const better: { readonly [K in keyof State]?: State[K] } = {
  claimed: true,
  assigned: true,
  principal: 'enabled',
  pointer: 'right',
  person: 'enabled',
  protocolSwitch: 'on',
  permission: 'FullAccess',
}

const keyOf = (state: State): string =>
  JSON.stringify(
    state,
    Object.keys(state).toSorted((one, other) => one.localeCompare(other)),
  )

/** Nothing changes them. */
const stage = openOnce(openMailboxSetup)
const stageOfRoles = openOnce(openRoleSetup)

describe.each(['imap', 'pop3', 'smtp'] as const)('the decision over %s', (protocol) => {
  it('agrees with the reference table at each check and moment, for every combination', async () => {
    const { context, standings: all } = stage()
    const standings = all.filter(({ state }) => protocol === 'smtp' || state.protocolSwitch !== 'unset')
    const opened = new Map<string, State>()
    let judged = 0
    for (const rules of defaults) {
      const access = context.accessAs(rules.profile, { ...rules, recorded: false })
      for await (const { state, outcome } of outcomes(access, rules, standings, protocol)) {
        judged++
        const expected = decided(state)
        if (!Object.is(outcome, expected)) expect(outcome, JSON.stringify(state)).toEqual(expected)
        if (outcome === 'granted') opened.set(keyOf(state), state)
      }
    }
    expect(judged).toBe(defaults.length * standings.length * showings.length)
    for (const state of opened.values()) {
      for (const [name, value] of Object.entries(better)) {
        const more = { ...state, [name]: value }
        expect(opened.has(keyOf(more)) || isNobody(more), `${JSON.stringify(state)} with ${name}`).toBe(true)
      }
    }
    expect(opened.size).toBeGreaterThan(0)
  }, 120_000)
})

/** A state that cannot be set up: a user has no Exchange service principal. */
const isNobody = ({ caller, pointer }: State): boolean => caller === 'person' && pointer === 'right'

it('the decision agrees with the table under every rule, for each kind of caller', async () => {
  const { context, standings } = stage()
  const open = standings.filter(
    ({ state }) => state.permission === 'FullAccess' && state.protocolSwitch === 'on' && state.principal === 'enabled',
  )
  for (const rules of allRules) {
    const access = context.accessAs(rules.profile, { ...rules, recorded: false })
    for await (const { state, outcome } of outcomes(access, rules, open, 'imap')) {
      expect(outcome, JSON.stringify(state)).toEqual(decided(state))
    }
  }
}, 60_000)

it('the tenant’s switch closes submission where the mailbox’s says nothing, and no other protocol', async () => {
  const { context, standings } = await openMailboxSetup()
  const { directory, tenant } = context
  const access = context.accessAs('standards', { recorded: false })
  await directory.organization.changeTransport(tenant.id, { SmtpClientAuthenticationDisabled: true })
  const able = standings.filter(({ state }) => state.permission === 'FullAccess' && state.principal === 'enabled')
  const rules: Rules = { profile: 'standards', strict: false, immediate: true, tenantSwitch: 'off' }
  for (const protocol of ['imap', 'smtp'] as const) {
    for await (const { state, outcome } of outcomes(access, rules, able, protocol)) {
      expect(outcome, JSON.stringify(state)).toEqual(decided(state))
    }
  }
}, 60_000)

describe.each(defaults)('a role of Exchange, in $profile,', (rules) => {
  it('opens submission if the token lacks the permission, and never IMAP4; access policies close neither', async () => {
    const { context, standings } = stageOfRoles()
    const access = context.accessAs(rules.profile, { ...rules, recorded: false })
    const opened = new Set<string>()
    const told = standings.filter(({ state }) => state.permission === 'none' || state.permission === 'FullAccess')
    const widest = told.filter(({ state }) => state.assignment === 'everywhere')
    for (const [protocol, before] of [
      ['imap', widest],
      ['smtp', told],
    ] as const) {
      for await (const { state, outcome } of outcomes(access, rules, before, protocol)) {
        expect(outcome, JSON.stringify(state)).toEqual(decided(state))
        if (outcome === 'granted' && !state.claimed) opened.add(`${state.assignment} over ${protocol}`)
      }
    }
    expect([...opened].toSorted((one, other) => one.localeCompare(other))).toEqual([
      'everywhere over smtp',
      'here over smtp',
    ])
  }, 60_000)
})
