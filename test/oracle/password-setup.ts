import type { Access } from '../../src/access/types.ts'
import { DAY, MINUTE } from '../../src/core/time.ts'
import type { Guid } from '../../src/core/ids.ts'
import type { AccessRight, MailboxRecord, User } from '../../src/domain/directory/types.ts'
import { openAccess } from '../support/access.ts'
import { newMailbox } from '../support/directory.ts'
import { product } from '../support/server-process.ts'
import type { Policy, Refusal, State } from './password-table.ts'

const PASSWORD = 'Correct horse battery staple'

type Setting = Pick<State, 'usersPolicy' | 'defaultPolicy' | 'plan' | 'tenantSwitch'>
type Tried = Pick<State, 'protocol' | 'server' | 'password' | 'address'>

/** Somebody in front of a mailbox of their own, or of somebody else's. */
export interface PasswordState {
  readonly state: Pick<State, 'protocolSwitch' | 'own' | 'permission'>
  readonly user: User
  readonly mailbox: MailboxRecord
}

const switches = {
  on: { imapEnabled: true, popEnabled: true, smtpClientAuthenticationDisabled: false },
  off: { imapEnabled: false, popEnabled: false, smtpClientAuthenticationDisabled: true },
  unset: { imapEnabled: true, popEnabled: true, smtpClientAuthenticationDisabled: null },
}

const entriesFor: Readonly<Record<State['permission'], readonly (readonly [right: AccessRight, deny: boolean])[]>> = {
  none: [],
  FullAccess: [['FullAccess', false]],
  'other right': [['ReadPermission', false]],
  'allow and deny': [
    ['FullAccess', false],
    ['FullAccess', true],
  ],
}

/** Every way in which an administrator can have set what is the organization's; what is permanent comes last. */
export const settings: readonly Setting[] = [
  ...product<Setting>({
    plan: ['none', 'not yet', 'brown-out', 'ended', 'enabled again', 'permanent'],
    tenantSwitch: ['on', 'off'],
    usersPolicy: ['none', 'allows', 'blocks'],
    defaultPolicy: ['none', 'allows', 'blocks'],
  }),
]

export async function openPasswordSetup() {
  const context = await openAccess('standards')
  const { directory, tenant, world } = context
  const accesses = {
    off: context.accessAs('standards', { basic: 'off', recorded: false }),
    policy: context.accessAs('standards', { basic: 'policy', recorded: false }),
  }
  const standings: PasswordState[] = []
  const mailboxFor = async (word: string, protocolSwitch: State['protocolSwitch'], password?: string) => {
    const made = await directory.mailboxes.create(tenant.id, { ...newMailbox(word), ...(password && { password }) })
    return directory.mailboxes.update(tenant.id, made.id, switches[protocolSwitch])
  }
  for (const protocolSwitch of ['on', 'off', 'unset'] as const) {
    const mailbox = await mailboxFor(protocolSwitch, protocolSwitch, PASSWORD)
    const user = (await directory.users.find(tenant.id, mailbox.userPrincipalName))!
    standings.push({ state: { protocolSwitch, own: true, permission: 'none' }, user, mailbox })
  }
  const { user, mailbox: ada } = standings[0]!
  const trustee = (await directory.permissions.trustee(tenant.id, user.id))!
  const permitted: readonly PasswordState['state'][] = [
    ...product<PasswordState['state']>({
      permission: ['none', 'FullAccess', 'other right', 'allow and deny'],
      protocolSwitch: ['on', 'off'],
      own: [false],
    }),
  ]
  for (const state of permitted) {
    const mailbox = await mailboxFor(`shared${standings.length}`, state.protocolSwitch)
    for (const [right, deny] of entriesFor[state.permission]) {
      await directory.permissions.add(mailbox, { trustee, accessRights: [right], deny, inheritanceType: 'All' })
    }
    standings.push({ state, user, mailbox })
  }
  const policies: Record<Policy, Guid | undefined> = {
    none: undefined,
    allows: (
      await directory.authenticationPolicies.create(tenant.id, {
        name: 'Allow',
        allow: { Imap: true, Pop: true, Smtp: true },
      })
    ).guid,
    blocks: (await directory.authenticationPolicies.create(tenant.id, { name: 'Block' })).guid,
  }

  async function planFor(step: State['plan']): Promise<void> {
    const { retirementPlans } = directory
    if (await retirementPlans.of(tenant.id)) await retirementPlans.remove(tenant.id)
    if (step === 'none') return
    const now = world.now()
    const at = step === 'not yet' || step === 'brown-out' ? now + MINUTE : now - DAY
    const brownOuts = step === 'brown-out' ? [{ start: now, minutes: 1 }] : []
    const cutOff = step === 'permanent' ? now + MINUTE : now + 90 * DAY
    await retirementPlans.create(
      tenant.id,
      { dates: { Imap: at, Pop: at, Smtp: at }, waves: [], brownOuts, cutOff },
      {},
    )
    if (step === 'enabled again' || step === 'permanent') {
      for (const reEnable of ['Imap', 'Pop', 'Smtp'] as const) await retirementPlans.update(tenant.id, { reEnable })
    }
    // A protocol that was enabled again ends with the rest.
    if (step === 'permanent') world.advance(MINUTE)
  }

  let plan: State['plan'] | undefined
  return {
    standings,
    async set(state: Setting): Promise<void> {
      if (state.plan !== plan) await planFor(state.plan)
      plan = state.plan
      const off = state.tenantSwitch === 'off'
      await directory.organization.changeTransport(tenant.id, { SmtpClientAuthenticationDisabled: off })
      await directory.authenticationPolicies.assignDefault(tenant.id, policies[state.defaultPolicy])
      for (const { user } of standings.filter(({ state: { own } }) => own)) {
        await directory.authenticationPolicies.assign(tenant.id, user.id, policies[state.usersPolicy])
      }
    },
    /** Makes the attempt, and returns the refusal and its check. */
    async enter({ user, mailbox }: PasswordState, tried: Tried): Promise<Refusal | undefined> {
      const address = tried.address === 'there' ? mailbox.primarySmtpAddress : 'nobody@contoso.test'
      const named = tried.password === 'of nobody' ? 'nobody@contoso.test' : user.userPrincipalName
      const given = {
        right: PASSWORD,
        digest: undefined,
        wrong: 'x',
        'of nobody': PASSWORD,
        'of somebody disabled': PASSWORD,
      }
      const credential = { password: given[tried.password], user: named, sasl: true } as const
      return outcome(accesses[tried.server], { credential, protocol: tried.protocol, address, from: '192.0.2.7' })
    },
    async disable(): Promise<void> {
      await directory.users.update(tenant.id, ada.externalDirectoryObjectId, { accountEnabled: false })
    },
  }
}

async function outcome(access: Access, asked: Parameters<Access['enter']>[0]): Promise<Refusal | undefined> {
  const entry = await access.enter(asked)
  if (entry.granted) {
    entry.leave()
    return undefined
  }
  if (entry.spokenAt !== 'authenticate') throw new Error('A password is refused at once')
  const { failed, switchedOff } = entry
  return { failed: failed as Refusal['failed'], ...(switchedOff && { switchedOff }) }
}
