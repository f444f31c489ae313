import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AppId, Guid, TenantId } from '../../core/ids.ts'
import type { AccessPolicy, PolicyRight } from '../../domain/directory/types.ts'
import { judgePolicies } from './application-access-policy.ts'

interface Drawn {
  readonly accessRight: PolicyRight
  readonly within: boolean
}

const judged = async (drawn: readonly Drawn[]): Promise<boolean> => {
  const covered = new Map(drawn.map((it, at) => [policy(it, at), it.within]))
  return (await judgePolicies([...covered.keys()], async (it) => covered.get(it)!)).granted
}

const policy = ({ accessRight }: Drawn, at: number): AccessPolicy => ({
  id: `${at}` as Guid,
  tenant: 't' as TenantId,
  identity: `${at}`,
  appId: 'a' as AppId,
  accessRight,
  scope: { id: `${at}` as Guid, sid: '', name: '', displayName: '' },
  description: '',
  created: 0,
})

const drawn = fc.array(
  fc.record<Drawn>({ accessRight: fc.constantFrom('RestrictAccess', 'DenyAccess'), within: fc.boolean() }),
  { maxLength: 6 },
)

const deny = (within: boolean): Drawn => ({ accessRight: 'DenyAccess', within })
const restrict = (within: boolean): Drawn => ({ accessRight: 'RestrictAccess', within })

describe('application access policies', () => {
  it.each<[string, readonly Drawn[], boolean]>([
    ['none grants', [], true],
    ['a denial that covers the mailbox denies', [deny(true)], false],
    ['a denial of other mailboxes grants', [deny(false)], true],
    ['a restriction that covers the mailbox grants', [restrict(true)], true],
    ['a restriction to other mailboxes denies', [restrict(false)], false],
    ['a denial wins over a restriction that covers the mailbox', [restrict(true), deny(true)], false],
    ['one restriction of several is enough', [restrict(false), restrict(true)], true],
    ['a denial of other mailboxes does not lift a restriction', [deny(false), restrict(false)], false],
  ])('%s', async (_, policies, granted) => {
    expect(await judged(policies)).toBe(granted)
  })

  it('never open more for a denial that is added', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, fc.boolean(), async (policies, within) => {
        if (!(await judged(policies))) expect(await judged([...policies, deny(within)])).toBe(false)
      }),
    )
  })

  it('say the same in any order', async () => {
    await fc.assert(
      fc.asyncProperty(drawn, async (policies) => {
        expect(await judged(policies.toReversed())).toBe(await judged(policies))
      }),
    )
  })
})
