import { expect, it } from 'vitest'
import type { Access } from '../../src/access/types.ts'
import { refusal, type Permission, type State } from './graph-table.ts'
import { openGraphSetups, type GraphCaller } from './graph-setup.ts'

const permissions: readonly Permission[] = ['Mail.Read', 'Mail.ReadWrite', 'Mail.Send']

/** The states with every possible grant, and those after a denial. */
const better: readonly Partial<State>[] = [
  { principal: 'enabled' },
  { pointer: 'right' },
  { consent: 'Mail.ReadWrite' },
  { scope: 'everywhere' },
]

const lifted: Readonly<Partial<Record<State['policy'], State['policy']>>> = {
  denied: 'none',
  'within and denied': 'within',
}

const keyOf = (state: State): string =>
  JSON.stringify(
    state,
    Object.keys(state).toSorted((one, other) => one.localeCompare(other)),
  )

it('mail over Graph is decided as in the reference table: consents, roles, scopes and policies', async () => {
  const opened = new Map<string, State>()
  const judged = new Set<string>()
  const judge = async (
    access: Access,
    { app, mailbox, ...standing }: GraphCaller,
    asked: Permission,
    address = mailbox.primarySmtpAddress,
  ) => {
    const state: State = {
      ...standing.state,
      asked,
      address: address === mailbox.primarySmtpAddress ? 'there' : 'unknown',
    }
    const question = { mailbox: address, app, protocol: 'graph', permission: asked } as const
    const { failed } = await access.simulate(mailbox.tenant, question)
    if (failed !== refusal(state)) expect(failed, JSON.stringify(state)).toBe(refusal(state))
    judged.add(keyOf(state))
    if (failed === undefined) opened.set(keyOf(state), state)
  }
  for (const { context, standings } of await openGraphSetups()) {
    for (const standing of standings) {
      for (const asked of permissions) await judge(context.access, standing, asked)
      await judge(context.access, standing, 'Mail.Read', 'nobody@contoso.test')
    }
  }
  expect(judged.size).toBe(6 * (4 * 3 + 4 * 3 * 4 * 2 * 2) * 4)
  for (const state of opened.values()) {
    for (const change of better) {
      const more = keyOf({ ...state, ...change })
      if (judged.has(more) && gains(state, change)) {
        expect(opened.has(more), `${keyOf(state)} with ${keyOf(change as State)}`).toBe(true)
      }
    }
  }
  for (const key of judged) {
    const state = JSON.parse(key) as State
    const before = lifted[state.policy]
    if (opened.has(key) && before) expect(opened.has(keyOf({ ...state, policy: before })), key).toBe(true)
  }
})

/** A permission to read and write is more than one to read, and not than one to send. */
const gains = ({ asked, consent }: State, { consent: given }: Partial<State>): boolean =>
  given === undefined || (asked !== 'Mail.Send' && consent !== 'Mail.Send')
