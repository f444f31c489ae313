import { describe, expect, it, onTestFinished } from 'vitest'
import { type OpenServer, openServer } from '../../../../../test/support/server.ts'
import { type AtEnd, openOnce } from '../../../../../test/support/lifecycle.ts'
import { DAY, MINUTE } from '../../../../core/time.ts'
import { silentLog } from '../../../../core/log.ts'
import type { MessageTrace } from '../../../../domain/audit/message-trace.ts'
import { createMessageTraces } from '../../../../domain/audit/message-traces.ts'

interface Row {
  readonly Received: string
  readonly RecipientAddress: string
  readonly MessageTraceId: string
  readonly Status: string
  readonly Index: number
}

async function open(atEnd: AtEnd = onTestFinished) {
  const context = await openServer(undefined, {}, atEnd)
  const { engine, world, tenant } = context
  const settings = { days: 90, limit: 10_000 }
  const traces = createMessageTraces({ sql: engine.sql, world, log: silentLog, settings })
  const record = async (...changes: readonly Partial<MessageTrace>[]): Promise<void> => {
    const made = changes.map((change) => ({ ...usual, traceId: world.guid(), at: world.now(), ...change }))
    traces.record(tenant.id, made)
    await traces.settled()
  }
  return { ...context, record }
}

const usual = {
  sender: 'ada@contoso.test',
  recipient: 'bob@contoso.test',
  status: 'Delivered',
  why: '',
  messageId: '<1@contoso.test>',
  subject: 'Lunch',
  octets: 1234,
  from: '192.0.2.1',
  by: 'mail.contoso.test',
  protocol: 'ESMTPSA',
} as const

async function trace(context: OpenServer, parameters: object = {}, cmdlet = 'Get-MessageTraceV2') {
  const answer = await context.invoke(cmdlet, parameters, { headers: { prefer: 'odata.maxpagesize=5000' } })
  expect(answer.statusCode).toBe(200)
  const { value, '@adminapi.warnings': warnings } = answer.json<{ value: Row[]; '@adminapi.warnings': string[] }>()
  return { rows: value, recipients: value.map(({ RecipientAddress }) => RecipientAddress), warnings }
}

/** Three messages of the last two days, in the order in which they came. */
const mail = openOnce(async (atEnd) => {
  const context = await open(atEnd)
  await context.record({ recipient: 'old@contoso.test' })
  context.world.advance(3 * DAY)
  await context.record({}, { recipient: 'team@contoso.test', status: 'Expanded' })
  context.world.advance(1000)
  await context.record({
    sender: 'eve@fabrikam.test',
    recipient: 'nobody@contoso.test',
    status: 'Failed',
    why: '550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup',
    messageId: '<2@fabrikam.test>',
    subject: 'Dinner',
    from: '192.0.2.2',
  })
  return context
})

describe('Get-MessageTraceV2', () => {
  it('shows what became of the messages of the last 48 hours, latest first', async () => {
    const { rows, warnings } = await trace(mail())
    expect(rows.map(({ Status }) => Status)).toEqual(['Failed', 'Delivered', 'Expanded'])
    expect(warnings).toEqual([])
    expect(rows[1]).toMatchObject({
      Organization: 'contoso.test',
      MessageId: '<1@contoso.test>',
      'Received@data.type': 'System.DateTime',
      Received: '2026-11-27T08:00:00.0000000+00:00',
      SenderAddress: 'ada@contoso.test',
      RecipientAddress: 'bob@contoso.test',
      Subject: 'Lunch',
      Status: 'Delivered',
      ToIP: null,
      FromIP: '192.0.2.1',
      Size: 1234,
      'MessageTraceId@data.type': 'System.Guid',
    })
  })

  it.each<[object, readonly string[]]>([
    [{ StartDate: '2026-11-24', EndDate: '2026-11-25' }, ['old@contoso.test']],
    [{ EndDate: '2026-11-25' }, ['old@contoso.test']],
    [{ SenderAddress: '*@fabrikam.test' }, ['nobody@contoso.test']],
    [{ SenderAddress: ['x@y.test', 'EVE@fabrikam.test'] }, ['nobody@contoso.test']],
    [{ RecipientAddress: 'bob@*' }, ['bob@contoso.test']],
    [{ MessageId: '<2@fabrikam.test>' }, ['nobody@contoso.test']],
    [{ FromIP: '192.0.2.2' }, ['nobody@contoso.test']],
    [{ ToIP: '192.0.2.2' }, []],
    [{ Status: 'failed' }, ['nobody@contoso.test']],
    [{ Status: ['Expanded', 'Pending'] }, ['team@contoso.test']],
    [{ Status: 'Quarantined' }, []],
    [{ Subject: 'dinner' }, ['nobody@contoso.test']],
    [{ Subject: 'din' }, []],
    [{ Subject: 'DIN', SubjectFilterType: 'StartsWith' }, ['nobody@contoso.test']],
    [{ Subject: 'ner', SubjectFilterType: 'EndsWith' }, ['nobody@contoso.test']],
    [{ Subject: 'inn', SubjectFilterType: 'Contains' }, ['nobody@contoso.test']],
    [{ MessageTraceId: '11111111111141118111111111111111' }, []],
  ])('is narrowed by %j', async (parameters, expected) => {
    expect((await trace(mail(), parameters)).recipients).toEqual(expected)
  })

  it('finds a message by its trace id, with hyphens and without', async () => {
    const [row] = (await trace(mail(), { Status: 'Failed' })).rows
    for (const id of [row!.MessageTraceId, row!.MessageTraceId.replaceAll('-', '').toUpperCase()]) {
      expect((await trace(mail(), { MessageTraceId: id })).recipients).toEqual(['nobody@contoso.test'])
    }
  })

  it('warns of more results, with the command that continues, until the last page', async () => {
    const context = await open()
    await context.record(...['c', 'a', 'b', 'd', 'e'].map((name) => ({ recipient: `${name}@contoso.test` })))
    const first = await trace(context, { ResultSize: 2, SenderAddress: ['*@contoso.test', 'x@y.test'] })
    expect(first.recipients).toEqual(['a@contoso.test', 'b@contoso.test'])
    expect(first.warnings).toEqual([
      'There are more results, use the following command to get more. Get-MessageTraceV2 ' +
        '-StartDate "2026-11-22T08:00:00.000Z" -EndDate "2026-11-24T08:00:00.000Z" ' +
        '-SenderAddress "*@contoso.test","x@y.test" -StartingRecipientAddress "b@contoso.test" -ResultSize 2',
    ])
    const last = { StartingRecipientAddress: first.recipients.at(-1), EndDate: first.rows.at(-1)!.Received }
    const second = await trace(context, { ResultSize: 3, ...last })
    expect(second.recipients).toEqual(['c@contoso.test', 'd@contoso.test', 'e@contoso.test'])
    expect(second.warnings).toEqual([])
  })

  it('names an address in the command that goes on so that PowerShell runs nothing in it', async () => {
    const context = await open()
    const hostile = '\u201D;\u201C"$(x)`@contoso.test'
    await context.record({ recipient: hostile }, { recipient: 'z\u201E@contoso.test' })
    const { recipients, warnings } = await trace(context, { ResultSize: 1 })
    const escaped = recipients[0]!.replaceAll(/[\u201C\u201D\u201E"$`]/g, (sign) => `\`${sign}`)
    expect(warnings[0]).toContain(`-StartingRecipientAddress "${escaped}" `)
    expect(escaped).not.toBe(recipients[0])
  })

  it.each<[object, string]>([
    [
      { StartDate: '2026-08-01', EndDate: '2026-08-02' },
      "Invalid StartDate value. The StartDate can't be older than 90 days from today.",
    ],
    [
      { StartDate: '2026-11-01', EndDate: '2026-11-12' },
      "System.ArgumentException|The interval between StartDate and EndDate can't be longer than 10 days.",
    ],
    [{ StartDate: '2026-11-02', EndDate: '2026-11-01' }, 'The StartDate has to be before the EndDate.'],
    [{ ResultSize: 5001 }, "on parameter 'ResultSize'"],
    [{ Status: 'Lost' }, "on parameter 'Status'"],
    [{ MessageTraceId: 'x' }, "'x' is not a GUID."],
    [
      { RecipientAddress: Array.from({ length: 101 }, () => 'a@b.test') },
      '-RecipientAddress takes 100 values at most.',
    ],
  ])('refuses %j', async (parameters, words) => {
    const answer = await mail().invoke('Get-MessageTraceV2', parameters)
    expect(answer.statusCode).toBe(400)
    expect(answer.json<{ error: { details: [{ message: string }] } }>().error.details[0].message).toContain(words)
  })

  it('is asked a hundred times in five minutes and no more, whatever page is asked for', async () => {
    const context = await open()
    await context.record({}, { recipient: 'eve@contoso.test' })
    const bearer = await context.token()
    const ask = () => context.invoke('Get-MessageTraceV2', {}, { bearer, headers: { prefer: 'odata.maxpagesize=1' } })
    const first = (await ask()).json<{ '@odata.nextLink': string }>()['@odata.nextLink']
    const next = first.replace('https://localhost:8443', '')
    const follow = () => context.ask('GET', next, { bearer })
    for (let count = 0; count < 98; count++) await follow()
    expect((await ask()).statusCode).toBe(200)
    const refused = await ask()
    expect(refused.statusCode).toBe(429)
    expect(refused.headers['retry-after']).toBe('5')
    expect((await follow()).statusCode).toBe(429)
    context.world.advance(5 * 60 * 1000)
    expect((await ask()).statusCode).toBe(200)
  })
})

describe('Get-MessageTrace', () => {
  it('has on its following pages what there was when the first was asked for', async () => {
    const context = await open()
    await context.record(...['a', 'b'].map((name) => ({ recipient: `${name}@contoso.test` })))
    const headers = { prefer: 'odata.maxpagesize=1' }
    const first = (await context.invoke('Get-MessageTrace', {}, { headers })).json<{ '@odata.nextLink': string }>()
    context.world.advance(MINUTE)
    await context.record({ recipient: 'late@contoso.test' })
    const next = await context.ask('GET', first['@odata.nextLink'].replace('https://localhost:8443', ''), { headers })
    expect(next.json()).toMatchObject({ value: [{ RecipientAddress: 'b@contoso.test' }] })
  })

  it('pages by number, and tells the span and the place of each result', async () => {
    const context = await open()
    await context.record(...['a', 'b', 'c'].map((name) => ({ recipient: `${name}@contoso.test` })))
    const { rows } = await trace(context, { Page: 2, PageSize: 2 }, 'Get-MessageTrace')
    expect(rows).toMatchObject([
      { RecipientAddress: 'c@contoso.test', Index: 2, EndDate: '2026-11-24T08:00:00.0000000+00:00' },
    ])
  })

  it('looks back no more than ten days', async () => {
    const answer = await mail().invoke('Get-MessageTrace', { StartDate: '2026-11-16', EndDate: '2026-11-17' })
    expect(answer.statusCode).toBe(400)
    expect(String(answer.rawPayload)).toContain("The StartDate can't be older than 10 days from today.")
  })
})

async function way(status: string, further: object = {}) {
  const [row] = (await trace(mail(), { Status: status })).rows
  const { MessageTraceId, RecipientAddress } = row!
  const parameters = { MessageTraceId, RecipientAddress, ...further }
  const { rows } = await trace(mail(), parameters, 'Get-MessageTraceDetailV2')
  return rows as unknown as readonly { readonly Event: string; readonly Detail: string; readonly Data: string }[]
}

describe('Get-MessageTraceDetailV2', () => {
  it('shows the way of a message that came', async () => {
    expect((await way('Delivered')).map(({ Event, Detail }) => [Event, Detail])).toEqual([
      ['Receive', 'Message received by: mail.contoso.test'],
      ['Submit', 'The message was submitted.'],
      ['Deliver', 'The message was successfully delivered.'],
    ])
    expect((await way('Expanded')).map(({ Event }) => Event)).toEqual(['Receive', 'Submit', 'Expand DL'])
  })

  it('shows why one did not, with its enhanced status code', async () => {
    const [, failed] = await way('Failed')
    expect(failed).toMatchObject({
      Event: 'Fail',
      Detail:
        'Reason: [{LED=550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup};{MSG=};{FQDN=};{IP=};{LRT=}]',
      Data: '<root><MEP Name="ClientIP" String="192.0.2.2"/><MEP Name="ServerHostName" String="mail.contoso.test"/><MEP Name="Protocol" String="ESMTPSA"/></root>',
    })
  })

  it.each<[object, readonly string[]]>([
    [{ Event: ['DELIVER', 'receive'] }, ['Receive', 'Deliver']],
    [{ Action: 'Quarantine' }, []],
    [{ SenderAddress: 'eve@fabrikam.test' }, []],
    [{ MessageId: '<1@contoso.test>' }, ['Receive', 'Submit', 'Deliver']],
  ])('is narrowed by %j', async (further, expected) => {
    expect((await way('Delivered', further)).map(({ Event }) => Event)).toEqual(expected)
  })
})
