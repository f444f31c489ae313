import { describe, expect, it } from 'vitest'
import { openAccess } from '../../../../test/support/access.ts'
import { newMailbox } from '../../../../test/support/directory.ts'
import type { MailProtocol } from '../../../access/types.ts'
import { DAY } from '../../../core/time.ts'
import { lastUsesIn } from './plan.ts'
import { replacementOf } from './terms.ts'
import { basicUses, type BasicUsesRequest, programsOf } from './report.ts'

const PASSWORD = 'Correct horse battery staple'

/** Ada, whose password opens her mailbox over IMAP4 and POP3. */
async function open() {
  const context = await openAccess('standards', { basic: 'policy' })
  const { access, directory, tenant } = context
  const named = { ...newMailbox('ada'), userPrincipalName: 'a.lovelace@contoso.test', password: PASSWORD }
  await directory.mailboxes.create(tenant.id, named)
  const policies = directory.authenticationPolicies
  const { guid } = await policies.create(tenant.id, { name: 'Old', allow: { Imap: true, Pop: true } })
  await policies.assignDefault(tenant.id, guid)
  const enter = async (given: {
    client?: string
    from?: string
    protocol?: MailProtocol
    name?: string
    password?: string
  }) => {
    const {
      client,
      from = '192.0.2.7',
      protocol = 'imap',
      name = 'a.lovelace@contoso.test',
      password = PASSWORD,
    } = given
    const entry = await access.enter({ credential: { password }, protocol, address: name, from, client })
    if (entry.granted) entry.leave()
    return entry
  }
  const report = (asked: Partial<BasicUsesRequest> = {}) => basicUses(context, tenant.id, { days: 90, ...asked })
  return { ...context, enter, report }
}

describe('the report of passwords', () => {
  it('has a line for each client, mailbox and protocol, with where from, how often and when last', async () => {
    const { world, enter, report } = await open()
    await enter({ client: 'Fetcher 2' })
    world.advance(DAY)
    await enter({ client: 'Fetcher 2', from: '192.0.2.8' })
    await enter({ client: 'Fetcher 2', from: '192.0.2.8', password: 'wrong' })
    await enter({ protocol: 'pop3' })
    const uses = await report()
    const common = { mailbox: 'ada@contoso.test', exists: true, user: 'a.lovelace@contoso.test', last: world.now() }
    expect(uses).toHaveLength(2)
    expect(uses).toContainEqual({
      ...common,
      protocol: 'imap',
      client: 'Fetcher 2',
      addresses: ['192.0.2.8', '192.0.2.7'],
      granted: 2,
      refused: 1,
      days: 1,
    })
    expect(uses).toContainEqual(
      expect.objectContaining({ ...common, protocol: 'pop3', client: '', granted: 1, refused: 0 }),
    )
  })

  it('shows the last granted sign-in, whatever was refused since; so does a new plan', async () => {
    const context = await open()
    const { world, enter, report, directory, tenant } = context
    await enter({})
    const used = world.now()
    world.advance(40 * DAY)
    await enter({ password: 'guessed' })
    await enter({ password: 'guessed', from: '203.0.113.9' })
    expect(await report()).toMatchObject([{ granted: 1, refused: 2, last: used }])
    const { guid } = (await directory.mailboxes.find(tenant.id, 'ada'))!
    expect(await lastUsesIn(context, tenant.id)).toEqual({ [guid]: { Imap: used } })
  })

  it('goes back as far as is asked, and is about one mailbox by any of its names where one is named', async () => {
    const { world, enter, report } = await open()
    await enter({})
    await enter({ name: 'nobody@contoso.test' })
    expect((await report()).map(({ mailbox, exists }) => [mailbox, exists])).toEqual(
      expect.arrayContaining([
        ['nobody@contoso.test', false],
        ['ada@contoso.test', true],
      ]),
    )
    for (const mailbox of ['ADA@contoso.test', 'a.lovelace@contoso.test']) {
      expect((await report({ mailbox })).map((use) => use.mailbox)).toEqual(['ada@contoso.test'])
    }
    expect((await report({ mailbox: 'Nobody@contoso.test' })).map((use) => use.mailbox)).toEqual([
      'nobody@contoso.test',
    ])
    world.advance(2 * DAY)
    expect(await report({ days: 2 })).toEqual([])
    expect(await report({ days: 3 })).toHaveLength(2)
    world.advance(90 * DAY)
    expect(await report({ days: 3650 })).toEqual([])
  })

  it('takes one program over two protocols for one app, by its user, address and name', async () => {
    const { world, enter, report, directory, tenant } = await open()
    await enter({ protocol: 'pop3', client: 'Fetcher' })
    world.advance(DAY)
    await enter({ client: 'Fetcher' })
    await enter({ client: 'Fetcher', from: '203.0.113.9', password: 'guessed' })
    await enter({ client: 'Reader' })
    await enter({ protocol: 'smtp', client: 'Fetcher', from: '198.51.100.4' })
    const programs = programsOf(await report())
    expect(programs).toHaveLength(3)
    const fetcher = programs.find(({ protocols }) => protocols.length === 2)!
    expect(fetcher).toMatchObject({ client: 'Fetcher', granted: 2, refused: 1, last: world.now() })
    expect(fetcher.protocols.toSorted()).toEqual(['imap', 'pop3'])
    const exchange = await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com')
    const { words, commands } = replacementOf(fetcher, tenant.id, exchange)
    expect(words).toMatch(/POP\.AccessAsApp/)
    expect(words).toMatch(/IMAP\.AccessAsApp/)
    expect(commands.filter((line) => line.includes('New-MgApplication '))).toHaveLength(1)
    expect(commands.filter((line) => line.includes('AppRoleAssignment'))).toHaveLength(2)
  })

  it('is about one protocol where one is named', async () => {
    const { enter, report } = await open()
    await enter({ protocol: 'pop3' })
    await enter({})
    expect((await report({ protocol: 'pop3' })).map((use) => use.protocol)).toEqual(['pop3'])
  })

  it('leaves out users who sign in with a token', async () => {
    const { access, report } = await open()
    await access.enter({
      credential: { bearer: 'a.b.c' },
      protocol: 'imap',
      address: 'ada@contoso.test',
      from: '192.0.2.7',
    })
    expect(await report()).toEqual([])
  })

  it('names what takes the place of a password, and nothing where there is no mailbox', async () => {
    const { enter, report, directory, tenant } = await open()
    await enter({ protocol: 'pop3', client: 'Fetcher' })
    await enter({ name: 'nobody@contoso.test' })
    const exchange = await directory.servicePrincipals.findResource(tenant.id, 'https://outlook.office365.com')
    const uses = await report()
    const replaced = (mailbox: string) =>
      replacementOf(
        programsOf(uses).find((program) => program.mailbox === mailbox)!,
        tenant.id,
        exchange,
      )
    const { words, commands } = replaced('ada@contoso.test')
    expect(words).toMatch(/^An app with POP\.AccessAsApp, /)
    expect(commands[0]).toBe('ID=$(postern New-MgApplication -DisplayName Fetcher --json | jq -r .id)')
    expect(commands).toContain(
      'postern Add-MailboxPermission -Identity ada@contoso.test -User $SP -AccessRights FullAccess',
    )
    expect(replaced('nobody@contoso.test').commands).toEqual([])
  })
})
