import { describe, expect, it, vi } from 'vitest'
import { openAccess, revoked } from '../../../test/support/access.ts'
import { newMailbox } from '../../../test/support/directory.ts'
import { product } from '../../../test/support/server-process.ts'
import { MINUTE } from '../../core/time.ts'
import type { Profile } from '../../core/profile.ts'
import type { CheckName } from '../../domain/audit/types.ts'
import type { AuthenticationPolicy } from '../../domain/directory/types.ts'
import { sql } from '../../storage/engine.ts'
import type { Entry, MailProtocol, PasswordCredential } from '../types.ts'

const PASSWORD = 'Correct horse battery staple'

/** Ada with a password, a shared mailbox that she was given and one that she was not, and policies to give. */
async function open(profile: Profile = 'standards', basic: 'off' | 'policy' = 'policy') {
  const context = await openAccess(profile, { basic })
  const { directory, tenant, signIns } = context
  const own = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  const shared = await directory.mailboxes.create(tenant.id, { ...newMailbox('info'), type: 'SharedMailbox' })
  await directory.mailboxes.create(tenant.id, { ...newMailbox('other'), type: 'SharedMailbox' })
  const ada = (await directory.users.find(tenant.id, 'ada@contoso.test'))!
  const trustee = (await directory.permissions.trustee(tenant.id, ada.id))!
  const fullAccess = { trustee, accessRights: ['FullAccess'] as const, deny: false, inheritanceType: 'All' }
  await directory.permissions.add(shared, fullAccess)
  const policies = directory.authenticationPolicies
  const allow = await policies.create(tenant.id, { name: 'Allow', allow: { Imap: true, Pop: true, Smtp: true } })
  const block = await policies.create(tenant.id, { name: 'Block' })
  const enter = (
    address: string,
    credential: PasswordCredential = { password: PASSWORD },
    protocol: MailProtocol = 'imap',
    access = context.access,
  ) => access.enter({ credential, protocol, address, from: '192.0.2.7' })
  const recordOf = async ({ signIn }: Entry) => {
    await signIns.settled()
    return (await signIns.find(tenant.id, signIn))!
  }
  return { ...context, own, shared, ada, fullAccess, policies, allow, block, enter, recordOf }
}

const failureOf = (entry: Entry): CheckName | undefined => (entry.granted ? undefined : entry.failed)

describe('a password', () => {
  it('opens a mailbox only where the server, the policy that counts and the mailbox itself all let it', async () => {
    const context = await open()
    const { directory, tenant, ada, own, policies, enter } = context
    const accesses = { off: context.accessAs('standards', { basic: 'off' }), policy: context.access }
    const given: Record<'none' | 'allows' | 'blocks' | 'allows others', AuthenticationPolicy | undefined> = {
      none: undefined,
      allows: context.allow,
      blocks: context.block,
      'allows others': undefined,
    }
    const switches = { imap: 'Imap', pop3: 'Pop', smtp: 'Smtp' } as const
    const others = await Promise.all(
      (['imap', 'pop3', 'smtp'] as const).map(async (protocol) => [
        protocol,
        await policies.create(tenant.id, {
          name: `All but ${protocol}`,
          allow: { Imap: true, Pop: true, Smtp: true, [switches[protocol]]: false },
        }),
      ]),
    )
    const allBut = Object.fromEntries(others) as Record<MailProtocol, AuthenticationPolicy>
    const standings = product({
      user: ['none', 'allows', 'blocks', 'allows others'] as const,
      byDefault: ['none', 'allows', 'blocks', 'allows others'] as const,
      protocol: ['imap', 'pop3', 'smtp'] as const,
      mailbox: [true, false],
      server: ['off', 'policy'] as const,
    })
    for (const { user, byDefault, protocol, mailbox, server } of standings) {
      const policyOf = (which: typeof user) => (which === 'allows others' ? allBut[protocol] : given[which])?.guid
      await policies.assign(tenant.id, ada.id, policyOf(user))
      await policies.assignDefault(tenant.id, policyOf(byDefault))
      await directory.mailboxes.update(tenant.id, own.id, { imapEnabled: mailbox, popEnabled: mailbox })
      const entry = await enter('ada@contoso.test', { password: PASSWORD }, protocol, accesses[server])
      const counts = user === 'none' ? byDefault : user
      const basicFails = server === 'off' || counts !== 'allows'
      const expected = basicFails
        ? 'basicAuthentication'
        : !mailbox && protocol !== 'smtp'
          ? 'protocolEnabled'
          : undefined
      expect([{ user, byDefault, protocol, mailbox, server }, failureOf(entry)]).toEqual([
        { user, byDefault, protocol, mailbox, server },
        expected,
      ])
      if (entry.granted) entry.leave()
    }
  })

  it('opens the own mailbox, and a shared one that its user has FullAccess to, in each way of naming it', async () => {
    const { policies, tenant, allow, own, shared, enter } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    const cases: readonly (readonly [string, PasswordCredential, typeof own.id | CheckName])[] = [
      ['ADA@contoso.test', { password: PASSWORD }, own.id],
      ['ada@contoso.test/info@contoso.test', { password: PASSWORD }, shared.id],
      [String.raw`ada@contoso.test\info@contoso.test`, { password: PASSWORD }, shared.id],
      ['ada@contoso.test/info', { password: PASSWORD }, shared.id],
      ['info@contoso.test', { password: PASSWORD, user: 'ada@contoso.test', sasl: true }, shared.id],
      // The client acts as the user that it named.
      ['other@contoso.test', { password: PASSWORD, user: 'ada@contoso.test/info', sasl: true }, 'mailboxPermission'],
      ['info@contoso.test', { password: PASSWORD, user: 'ada@contoso.test/other', sasl: true }, shared.id],
      ['ada@contoso.test/other', { password: PASSWORD }, 'mailboxPermission'],
      ['ada@contoso.test/nothing', { password: PASSWORD }, 'mailbox'],
      // Nobody signs in as a shared mailbox.
      ['info@contoso.test', { password: PASSWORD }, 'user'],
      ['ada@fabrikam.test', { password: PASSWORD }, 'basicAuthentication'],
      ['ada', { password: PASSWORD }, 'basicAuthentication'],
    ]
    for (const [address, credential, expected] of cases) {
      const entry = await enter(address, credential)
      expect([address, entry.granted ? entry.mailbox.id : entry.failed]).toEqual([address, expected])
      if (!entry.granted) expect(entry.spokenAt).toBe('authenticate')
    }
  })

  it('is on record as Basic with its user and with the mailbox, and never itself', async () => {
    const { policies, tenant, allow, ada, enter, recordOf } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    const record = await recordOf(await enter('ada@contoso.test/info'))
    expect(record).toMatchObject({
      authentication: 'Basic',
      outcome: 'granted',
      errorCode: 0,
      mailbox: 'info@contoso.test',
      user: { id: ada.id, userPrincipalName: 'ada@contoso.test' },
      app: undefined,
    })
    expect(record.checks.map(({ name }) => name)).toEqual([
      'basicAuthentication',
      'user',
      'mailbox',
      'protocolEnabled',
      'mailboxPermission',
    ])
    expect(JSON.stringify(record)).not.toContain(PASSWORD)
    const wrong = await recordOf(await enter('ada@contoso.test', { password: 'Tr0ub4dor&3' }))
    expect(wrong).toMatchObject({ failed: 'user', errorCode: 50126, user: { id: ada.id } })
    expect(JSON.stringify(wrong)).not.toContain('Tr0ub4dor&3')
    const nobody = await recordOf(await enter('nobody@contoso.test'))
    expect(nobody).toMatchObject({
      failed: 'user',
      errorCode: 50126,
      user: { userPrincipalName: 'nobody@contoso.test' },
    })
    expect(await recordOf(await enter('ada@contoso.test', { password: undefined }))).toMatchObject({ failed: 'user' })
  })

  it('is on no record either where it was put in the place of the name', async () => {
    const { engine, signIns, enter } = await open()
    const strayed = 'correct.horse'
    expect(failureOf(await enter(strayed, { password: 'ada@contoso.test' }))).toBe('basicAuthentication')
    expect(failureOf(await enter('', { password: 'x', user: strayed, sasl: true }))).toBe('basicAuthentication')
    await signIns.settled()
    const kept = await engine.sql.all(sql`select * from audit_sign_in`)
    expect(kept.length).toBeGreaterThan(0)
    expect(JSON.stringify(kept)).not.toContain(strayed)
  })

  it('is not looked at where a policy blocks it, so nobody is locked out', async () => {
    const { policies, tenant, allow, block, ada, enter } = await open()
    await policies.assignDefault(tenant.id, block.guid)
    for (let i = 0; i < 12; i++) {
      expect(failureOf(await enter('ada@contoso.test', { password: 'wrong' }))).toBe('basicAuthentication')
    }
    await policies.assign(tenant.id, ada.id, allow.guid)
    expect(failureOf(await enter('ada@contoso.test'))).toBeUndefined()
  })

  it('waits behind those from its own network only', async () => {
    const { directory, policies, tenant, allow, enter } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    const check = vi.spyOn(directory.users, 'checkPassword')
    await enter('ada@contoso.test')
    expect(check.mock.calls).toEqual([[tenant.id, 'ada@contoso.test', PASSWORD, '192.0.2.7']])
  })

  it('a password belongs to the user who had the name when it was sent, even if the name changes hands', async () => {
    const { directory, policies, tenant, allow, ada, enter } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    const bob = await directory.mailboxes.create(tenant.id, { ...newMailbox('bob'), password: 'Of another' })
    const compare = vi.spyOn(directory.users, 'checkPassword')
    compare.mockImplementationOnce(async (...asked) => {
      const rename = async (id: typeof ada.id, word: string) =>
        directory.users.update(tenant.id, id, { userPrincipalName: `${word}@contoso.test` })
      await rename(ada.id, 'lovelace')
      await directory.mailboxes.update(tenant.id, (await directory.mailboxes.find(tenant.id, ada.id))!.id, {
        primarySmtpAddress: 'lovelace@contoso.test',
        emailAddresses: { replace: ['SMTP:lovelace@contoso.test'] },
      })
      await rename(bob.externalDirectoryObjectId, 'ada')
      return directory.users.checkPassword(...asked)
    })
    expect(failureOf(await enter('ada@contoso.test/info', { password: 'Of another' }))).toBe('user')
  })

  it('locks its user after too many wrong ones, until time has passed', async () => {
    const { policies, tenant, allow, world, enter, recordOf } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    for (let i = 0; i < 10; i++) await enter('ada@contoso.test', { password: 'wrong' })
    const locked = await enter('ada@contoso.test')
    expect(failureOf(locked)).toBe('user')
    expect(await recordOf(locked)).toMatchObject({
      errorCode: 50053,
      failureReason: expect.stringContaining('is locked'),
    })
    world.advance(MINUTE)
    expect(failureOf(await enter('ada@contoso.test'))).toBeUndefined()
  })
})

describe('a connection that a password opened ends when', () => {
  type Context = Awaited<ReturnType<typeof open>>
  const ends: readonly (readonly [string, string, (context: Context) => Promise<unknown>])[] = [
    [
      'the policy is changed',
      'ada@contoso.test',
      ({ policies, tenant, allow }) => policies.update(tenant.id, allow.guid, { allow: { Imap: false } }),
    ],
    [
      'another policy is the default',
      'ada@contoso.test',
      ({ policies, tenant, block }) => policies.assignDefault(tenant.id, block.guid),
    ],
    [
      'the user is given another policy',
      'ada@contoso.test',
      ({ policies, tenant, ada, block }) => policies.assign(tenant.id, ada.id, block.guid),
    ],
    [
      'the password is another',
      'ada@contoso.test',
      ({ directory, tenant, ada }) => directory.users.update(tenant.id, ada.id, { password: 'Another one entirely' }),
    ],
    [
      'the user is disabled',
      'ada@contoso.test',
      ({ directory, tenant, ada }) => directory.users.update(tenant.id, ada.id, { accountEnabled: false }),
    ],
    [
      'the sign-ins of the user are revoked',
      'ada@contoso.test',
      ({ directory, tenant, ada }) => directory.users.revokeSignIns(tenant.id, ada.id),
    ],
    [
      'IMAP4 is switched off for the mailbox',
      'ada@contoso.test',
      ({ directory, tenant, own }) => directory.mailboxes.update(tenant.id, own.id, { imapEnabled: false }),
    ],
    [
      'FullAccess to the shared mailbox is taken back',
      'ada@contoso.test/info',
      ({ directory, shared, fullAccess }) => directory.permissions.remove(shared, fullAccess),
    ],
  ]
  it.each(ends)('%s', async (_, address, change) => {
    const context = await open()
    await context.policies.assignDefault(context.tenant.id, context.allow.guid)
    const entry = await context.enter(address)
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    await change(context)
    await revoked(entry.mailbox.revoked)
  })

  it('and not when a policy of others changes', async () => {
    const { policies, tenant, allow, block, enter } = await open()
    await policies.assignDefault(tenant.id, allow.guid)
    const entry = await enter('ada@contoso.test')
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    await policies.update(tenant.id, block.guid, { allow: { Mapi: true } })
    expect(failureOf(await enter('ada@contoso.test'))).toBeUndefined()
    expect(entry.mailbox.revoked.aborted).toBe(false)
  })
})

describe('what a refused password is fixed by', () => {
  it('is a token where the server takes no passwords', async () => {
    const { enter, recordOf } = await open('standards', 'off')
    const { fix, failureReason } = await recordOf(await enter('ada@contoso.test'))
    expect(failureReason).toMatch(/^A password was given\. Basic authentication is off; .* auth\.basic is off\.$/)
    expect(fix).toEqual([
      'postern token --client-id CLIENT-ID --client-secret-file SECRET-FILE --scope https://outlook.office365.com/.default',
    ])
  })

  it("the fix is in the user's own policy, or a new one if the default blocks or does not exist", async () => {
    const { policies, tenant, block, ada, enter, recordOf } = await open()
    const none = await recordOf(await enter('ada@contoso.test'))
    const name = `Allow basic authentication over Imap for ${ada.id.slice(0, 8)}`
    const own = [
      `postern New-AuthenticationPolicy -Name '${name}' -AllowBasicAuthImap`,
      `postern Set-User -Identity ada@contoso.test -AuthenticationPolicy '${name}'`,
    ]
    expect(none.failureReason).toContain('No authentication policy counts for ada@contoso.test')
    expect(none.fix).toEqual(own)
    await policies.assignDefault(tenant.id, block.guid)
    const byDefault = await recordOf(await enter('ada@contoso.test'))
    expect(byDefault.failureReason).toContain("'Block', which is the organization's default, blocks")
    expect(byDefault.fix).toEqual(own)
    await policies.assign(tenant.id, ada.id, block.guid)
    const ofUser = await recordOf(await enter('ada@contoso.test', { password: PASSWORD }, 'pop3'))
    expect(ofUser.failureReason).toContain('over POP3: AllowBasicAuthPop is false')
    expect(ofUser.fix).toEqual(['postern Set-AuthenticationPolicy -Identity Block -AllowBasicAuthPop'])
  })
})
