import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../test/support/access.ts'
import { grantMailbox, newMailbox, registerApp } from '../../../test/support/directory.ts'
import type { Entry } from '../types.ts'

const PASSWORD = 'Correct horse battery staple'
const WIRE = '554 5.2.252 SendAsDenied'

async function open() {
  const context = await openAccess('exchange-online', { basic: 'policy' })
  const { directory, tenant } = context
  const ada = await directory.mailboxes.create(tenant.id, { ...newMailbox('ada'), password: PASSWORD })
  const bob = await directory.mailboxes.create(tenant.id, newMailbox('bob'))
  const enter = (credential: { bearer: string } | { password: string }) =>
    context.access.enter({ credential, protocol: 'smtp', address: 'ada@contoso.test', from: '192.0.2.7' })
  const told = async (entry: Entry, address: string) => {
    if (!entry.granted) throw new Error(`Refused at ${entry.failed}`)
    await entry.deniedSender({ address, wire: WIRE })
    await context.signIns.settled()
    const record = (await context.signIns.lastRefused(tenant.id))!
    return { ...record, evidence: record.checks.at(-1)!.evidence }
  }
  return { ...context, ada, bob, enter, told }
}

describe('a message that is refused for its sender', () => {
  it('is put on record beside the decision that let its app in, with what lets it send as that mailbox', async () => {
    const context = await open()
    const { enter, told, ada, directory } = context
    const app = await registerApp(context)
    await context.assignAppRole(app, 'SMTP.SendAsApp')
    await grantMailbox(directory, app, ada)
    const record = await told(await enter({ bearer: await context.tokenFor(app) }), 'bob@contoso.test')
    expect(record).toMatchObject({ outcome: 'refused', failed: 'sendAs', wire: WIRE, app: { appId: app.app.appId } })
    expect(record.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(['sendAs'])
    expect(record.evidence).toContain(
      `no SendAs for the mailbox bob@contoso.test of the service principal ${app.principal.id} or of`,
    )
    expect(record.fix).toEqual([
      `postern Add-RecipientPermission -Identity bob@contoso.test -Trustee ${app.principal.id} -AccessRights SendAs`,
    ])
  })

  it('is a person’s too, who signed in with a password, and names the group that is denied it', async () => {
    const { enter, told, ada, bob, directory, tenant } = await open()
    const { guid } = await directory.authenticationPolicies.create(tenant.id, { name: 'Old', allow: { Smtp: true } })
    await directory.authenticationPolicies.assignDefault(tenant.id, guid)
    const missing = await told(await enter({ password: PASSWORD }), 'bob@contoso.test')
    expect(missing.fix).toEqual([
      'postern Add-RecipientPermission -Identity bob@contoso.test -Trustee ada@contoso.test -AccessRights SendAs',
    ])
    const name = 'interns'
    const members = [{ kind: 'mailbox', mailbox: ada }] as const
    const addressed = { alias: name, primarySmtpAddress: `${name}@contoso.test` }
    await directory.groups.create(tenant.id, { name, displayName: name, type: 'Security', members, ...addressed })
    const group = (await directory.permissions.trustee(tenant.id, name))!
    const user = (await directory.permissions.trustee(tenant.id, ada.externalDirectoryObjectId))!
    await directory.sendAs.add(bob, { trustee: user, deny: false })
    await directory.sendAs.add(bob, { trustee: group, deny: true })
    const denied = await told(await enter({ password: PASSWORD }), 'bob@contoso.test')
    expect(denied.evidence).toContain('is denied to interns.')
    expect(denied.fix).toHaveLength(1)
    expect(denied.fix[0]).toMatch(/^postern Remove-RecipientPermission .* -AccessRights SendAs -Deny -Confirm:\$false$/)
  })

  it("the user's own rights decide, in any mailbox, also for mail from that mailbox", async () => {
    const { directory, tenant, ada, bob, access, told } = await open()
    const { guid } = await directory.authenticationPolicies.create(tenant.id, { name: 'Old', allow: { Smtp: true } })
    await directory.authenticationPolicies.assignDefault(tenant.id, guid)
    const user = (await directory.permissions.trustee(tenant.id, ada.externalDirectoryObjectId))!
    const full = { trustee: user, accessRights: ['FullAccess'], deny: false, inheritanceType: 'All' } as const
    await directory.permissions.add(bob, full)
    const info = await directory.mailboxes.create(tenant.id, newMailbox('info'))
    const bobs = (await directory.permissions.trustee(tenant.id, bob.externalDirectoryObjectId))!
    await directory.sendAs.add(info, { trustee: bobs, deny: false })
    const entry = await access.enter({
      credential: { password: PASSWORD },
      protocol: 'smtp',
      address: 'ada@contoso.test/bob',
      from: '192.0.2.7',
    })
    for (const address of ['bob@contoso.test', 'info@contoso.test']) {
      const { evidence, fix } = await told(entry, address)
      expect(evidence).toContain(`from ${address}, which is no address of the user ada@contoso.test.`)
      expect(fix).toEqual([
        `postern Add-RecipientPermission -Identity ${address} -Trustee ada@contoso.test -AccessRights SendAs`,
      ])
    }
  })

  it('has nothing to be granted where nobody has the address', async () => {
    const context = await open()
    const { enter, told, ada, directory } = context
    const app = await registerApp(context)
    await context.assignAppRole(app, 'SMTP.SendAsApp')
    await grantMailbox(directory, app, ada)
    const record = await told(await enter({ bearer: await context.tokenFor(app) }), 'eve@example.org\u001b[2J')
    expect(record.evidence).toContain('is from eve@example.org\ufffd[2J')
    expect(record.evidence).toContain('No mailbox of the tenant has it.')
    expect(record.fix).toEqual(['postern Get-Mailbox'])
  })
})
