import { describe, expect, it } from 'vitest'
import { newMailbox } from '../../../../test/support/directory.ts'
import { openRetirement, PASSWORD } from '../../../../test/support/retirement.ts'
import { DAY } from '../../../core/time.ts'

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

describe('warnings ahead of a retirement', () => {
  it('come 30, 7 and 1 days ahead into each mailbox that is in use, once each, and after the date no more', async () => {
    const { ada, sent, until, signIn } = await openRetirement()
    const days: number[] = []
    for (let day = 1; day <= 45; day++) {
      await signIn()
      const before = sent.length
      await until(day)
      if (sent.length > before) days.push(40 - day)
    }
    expect(sent.map(({ to }) => to)).toEqual([ada.id, ada.id, ada.id])
    expect(days).toEqual([30, 7, 1])
  })

  it('say which protocol ends when, who used a password how often and from where, and what replaces it', async () => {
    const { sent, until, signIn } = await openRetirement((start) => ({ dates: { Imap: start + 20 * DAY } }))
    await signIn()
    await signIn()
    await until(1)
    expect(sent).toHaveLength(1)
    const { subject, lines } = sent[0]!.notice
    expect(subject).toBe('Passwords over IMAP4 end on 14 December 2026')
    const text = lines.join('\n')
    expect(text).toContain(
      'From Monday, 14 December 2026, 08:00 UTC on, ada@contoso.test takes no passwords over IMAP4.',
    )
    expect(text).toContain(
      'Fetcher 2, as ada@contoso.test\n  signed in 2 times in the last 30 days, last on Tuesday, 24 November 2026, 08:00 UTC',
    )
    expect(text).toContain(', from 192.0.2.7.')
    expect(text).toContain('IMAP.AccessAsApp')
    expect(text).toContain('    postern Add-MailboxPermission -Identity ada@contoso.test')
    expect(text).not.toContain(PASSWORD)
  })

  it('are not sent to a mailbox that only strangers tried, or that has stopped using passwords', async () => {
    const { sent, until, signIn, summaries } = await openRetirement()
    await signIn()
    await until(9)
    await signIn({ password: 'wrong' })
    expect(sent).toEqual([])
    await until(11)
    expect(sent).toHaveLength(1)
    await until(41)
    expect(sent).toHaveLength(1)
    expect(summaries().length).toBeLessThan(30)
  })

  it('go on after a restart where they were, and again where the mailbox could not take one', async () => {
    const { sent, until, signIn, full, log, restart } = await openRetirement((start) => ({
      dates: { Imap: start + 20 * DAY },
    }))
    await signIn()
    full.yes = true
    await until(1)
    expect(sent).toEqual([])
    expect(log.lines.some((line) => line.includes('could not be warned'))).toBe(true)
    full.yes = false
    await until(2)
    expect(sent).toHaveLength(1)
    restart()
    await until(3)
    expect(sent).toHaveLength(1)
  })

  it('come once more ahead of the cut-off date where a protocol was enabled again', async () => {
    const { directory, tenant, sent, until, signIn } = await openRetirement((start) => ({
      dates: { Imap: start + 2 * DAY },
    }))
    await signIn()
    await until(2)
    const before = sent.length
    await directory.retirementPlans.update(tenant.id, { reEnable: 'Imap' })
    await until(25)
    await signIn()
    await until(31)
    expect(sent).toHaveLength(before + 1)
    expect(sent.at(-1)!.notice.subject).toBe('Passwords over IMAP4 end on 23 January 2027')
  })

  it('reach the administrator and the webhook once a day, for as long as there is something to say', async () => {
    const { until, signIn, summaries, hooked } = await openRetirement((start) => ({ dates: { Imap: start + 5 * DAY } }))
    await signIn()
    await until(3)
    // From eight o'clock on the first day to eight o'clock on the fourth.
    expect(summaries()).toHaveLength(4)
    expect(JSON.parse(summaries()[0]!)).toMatchObject({
      count: 1,
      first: [{ mailbox: 'ada@contoso.test', protocol: 'imap', date: '2026-11-29T08:00:00.000Z', programs: 1 }],
    })
    const told = summaries().map((line) => JSON.parse(line) as object)
    expect(hooked).toEqual(told.map((it) => ({ ...it, event: 'passwordsEnd' })))
    await until(7, 6)
    expect(summaries()).toHaveLength(6)
  })

  it('say in one letter what ends at one moment over two protocols, and who can enable it again until when', async () => {
    const { sent, until, signIn, tenant } = await openRetirement((start) => ({
      dates: { Imap: start + 20 * DAY, Pop: start + 20 * DAY },
      selfService: true,
    }))
    await signIn()
    await signIn({ protocol: 'pop3', client: '' })
    await until(1)
    expect(sent).toHaveLength(1)
    expect(sent[0]!.notice.subject).toBe('Passwords over IMAP4 and POP3 end on 14 December 2026')
    const text = sent[0]!.notice.lines.join('\n')
    expect(text).toContain('A program without a name, as ada@contoso.test\n  signed in once ')
    expect(text).toContain('Until Saturday, 23 January 2027, 08:00 UTC you can enable them again for this mailbox')
    expect(text).toContain(`once:\n    https://mail.contoso.test/${tenant.id}/own-passwords`)
  })

  it('come 7 and 1 days ahead of a brown-out, and say from when to when', async () => {
    const { sent, until, signIn, start } = await openRetirement((from) => ({
      dates: { Imap: from + 90 * DAY },
      cutOff: from + 99 * DAY,
      brownOuts: [{ start: from + 10 * DAY, minutes: 90 }],
    }))
    await signIn()
    const days: number[] = []
    for (let day = 1; day <= 12; day++) {
      const before = sent.length
      await until(day)
      if (sent.length > before) days.push(10 - day)
    }
    expect(days).toEqual([7, 1])
    const { subject, lines } = sent[0]!.notice
    expect(subject).toBe('Passwords over IMAP4 are off for a while on 4 December 2026')
    expect(lines[0]).toContain(
      'From Friday, 4 December 2026, 08:00 UTC to Friday, 4 December 2026, 09:30 UTC, ada@contoso.test takes no',
    )
    expect(lines[1]).toContain(new Date(start + 90 * DAY).getUTCFullYear().toString())
    expect(lines.join('\n')).toContain('Fetcher 2, as ada@contoso.test')
  })

  it('tell administrators by mail: mailboxes, programs, replacements, and how to postpone', async () => {
    const { directory, tenant, sent, until, signIn } = await openRetirement((from) => ({
      dates: { Imap: from + 20 * DAY },
      cutOff: from + 30 * DAY,
      notifyAddress: 'bob@contoso.test',
    }))
    const carol = await directory.mailboxes.create(tenant.id, newMailbox('carol'))
    await directory.directoryRoles.assign(tenant.id, carol.externalDirectoryObjectId, GLOBAL_ADMINISTRATOR)
    const bob = (await directory.mailboxes.find(tenant.id, 'bob'))!
    const ada = (await directory.mailboxes.find(tenant.id, 'ada'))!
    await signIn()
    await until(1)
    expect(new Set(sent.map(({ to }) => to))).toEqual(new Set([ada.id, bob.id, carol.id]))
    expect(sent).toHaveLength(3)
    const { subject, lines } = sent.find(({ to }) => to === carol.id)!.notice
    expect(subject).toBe('Passwords over IMAP4 end on 14 December 2026 for one mailbox in use')
    const text = lines.join('\n')
    expect(text).toContain('\nada@contoso.test\n  Fetcher 2 over IMAP4: once, last on Tuesday, 24 November 2026')
    expect(text).toContain('instead: An app with IMAP.AccessAsApp')
    expect(text).toContain('\n    postern report basic-auth\n')
    // Later than the cut-off, which is put off with it.
    expect(text).toContain(
      '\n    postern Set-BasicAuthRetirementPlan -Imap 2027-01-13T08:00:00.000Z -CutOff 2027-02-12T08:00:00.000Z\n',
    )
    expect(text).toContain('\n    postern Remove-BasicAuthRetirementPlan')
    expect(text).not.toContain(PASSWORD)
    await until(3)
    expect(sent).toHaveLength(3)
  })

  it('reach one tenant where those of another cannot be told', async () => {
    const { directory, sent, log, until, signIn } = await openRetirement((from) => ({
      dates: { Imap: from + 20 * DAY },
    }))
    const broken = await directory.tenants.create('Fabrikam', 'fabrikam.test')
    const ofAnother = directory.retirementPlans.of.bind(directory.retirementPlans)
    directory.tenants.all = async () => [broken, (await directory.tenants.find('contoso.test'))!]
    directory.retirementPlans.of = async (id) => {
      if (id === broken.id) throw new Error('The disk is full')
      return ofAnother(id)
    }
    await signIn()
    await until(1)
    expect(sent).toHaveLength(1)
    expect(log.lines.some((line) => line.includes('A tenant could not be warned'))).toBe(true)
  })

  it('skip administrators without a mailbox; after a failed delivery all are told again', async () => {
    const { directory, tenant, sent, full, until, signIn, restart } = await openRetirement((from) => ({
      dates: { Imap: from + 20 * DAY },
    }))
    const app = await directory.apps.create(tenant.id, { displayName: 'Robot' })
    const robot = await directory.servicePrincipals.create(tenant.id, { appId: app.appId })
    await directory.directoryRoles.assign(tenant.id, robot.id, GLOBAL_ADMINISTRATOR)
    const carol = await directory.mailboxes.create(tenant.id, newMailbox('carol'))
    await directory.directoryRoles.assign(tenant.id, carol.externalDirectoryObjectId, GLOBAL_ADMINISTRATOR)
    await signIn()
    full.yes = true
    await until(1)
    full.yes = false
    await until(2)
    restart()
    await until(3)
    expect(sent).toHaveLength(2)
  })

  it('tell administrators, the log and the webhook once of an owner who enabled passwords again', async () => {
    const { directory, tenant, ada, sent, log, hooked, until, signIn, restart } = await openRetirement((from) => ({
      dates: { Imap: from + DAY },
      selfService: true,
      notifyAddress: 'bob@contoso.test',
    }))
    await until(2)
    await directory.retirementPlans.reEnableOwn(tenant.id, ada, 'Imap')
    expect(await signIn()).toBe(true)
    sent.length = 0
    hooked.length = 0
    await until(2.5)
    restart()
    await until(4)
    const told = sent.filter(({ notice }) => notice.subject.includes('again'))
    expect(told.map(({ notice }) => notice.subject)).toEqual([
      'Passwords over IMAP4 were enabled again for ada@contoso.test',
    ])
    expect(told[0]!.notice.lines.join('\n')).toContain('They end for good on Saturday, 23 January 2027, 08:00 UTC.')
    expect(hooked).toEqual([
      {
        event: 'passwordsEnabledAgain',
        text: 'Passwords were enabled again by the owner of a mailbox',
        tenant: tenant.id,
        mailbox: 'ada@contoso.test',
        protocol: 'imap',
        at: '2026-11-26T08:00:00.000Z',
      },
    ])
    expect(log.lines.filter((line) => line.includes('enabled again by the owner'))).toHaveLength(1)
  })

  it('wait for no webhook that takes its time with each of several owners', async () => {
    const { directory, tenant, ada, hooked, hook, until, sent } = await openRetirement((from) => ({
      dates: { Imap: from + DAY, Pop: from + DAY, Smtp: from + DAY },
      selfService: true,
      notifyAddress: 'bob@contoso.test',
    }))
    await until(2)
    for (const protocol of ['Imap', 'Pop', 'Smtp'] as const) {
      await directory.retirementPlans.reEnableOwn(tenant.id, ada, protocol)
    }
    hooked.length = 0
    sent.length = 0
    const all = Promise.withResolvers<void>()
    hook.answered = () => {
      if (hooked.length === 3) all.resolve()
      return all.promise
    }
    await until(2.5)
    expect(hooked).toHaveLength(3)
    expect(sent).toHaveLength(1)
  })
})
