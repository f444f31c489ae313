import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'

describe('mailboxSettings', () => {
  it('are shown, changed in parts, and read one by one', async () => {
    const { expectOk } = await openGraphMail()
    const before = await expectOk('GET', '/mailboxSettings')
    expect(before).toMatchObject({
      '@odata.context': expect.stringContaining("$metadata#users('ada%40contoso.test')/mailboxSettings"),
      timeZone: 'UTC',
      userPurpose: 'user',
      language: { locale: 'en-US', displayName: 'English (United States)' },
      automaticRepliesSetting: { status: 'disabled', externalAudience: 'all' },
      archiveFolder: expect.any(String),
    })
    const changed = await expectOk('PATCH', '/mailboxSettings', {
      timeZone: 'w. europe standard time',
      language: { locale: 'de-DE' },
      automaticRepliesSetting: { status: 'alwaysEnabled', internalReplyMessage: '<p>Away</p>' },
      workingHours: { startTime: '09:00:00', daysOfWeek: ['monday'], timeZone: { name: 'Europe/Berlin' } },
    })
    expect(changed).toMatchObject({
      timeZone: 'W. Europe Standard Time',
      language: { locale: 'de-DE' },
      automaticRepliesSetting: {
        status: 'alwaysEnabled',
        internalReplyMessage: '<p>Away</p>',
        externalAudience: 'all',
      },
      workingHours: { startTime: '09:00:00', endTime: '17:00:00.0000000', timeZone: { name: 'Europe/Berlin' } },
    })
    expect(await expectOk('GET', '/mailboxSettings/timeZone')).toMatchObject({ value: 'W. Europe Standard Time' })
    expect(await expectOk('GET', '/mailboxSettings/automaticRepliesSetting')).toMatchObject({ status: 'alwaysEnabled' })
  })

  it.each([
    [{ timeZone: 'Nowhere' }, 'ErrorInvalidRequest'],
    [{ automaticRepliesSetting: { status: 'sometimes' } }, 'ErrorInvalidRequest'],
    [
      { automaticRepliesSetting: { scheduledStartDateTime: { dateTime: 'soon', timeZone: 'UTC' } } },
      'ErrorInvalidRequest',
    ],
    [{ language: { locale: 'xx-XX' } }, 'ErrorInvalidRequest'],
    [{ workingHours: { startTime: '25:00:00' } }, 'ErrorInvalidRequest'],
    [{ color: 'red' }, 'Request_BadRequest'],
  ])('PATCH %j is refused, and nothing changes', async (change, code) => {
    const { as, expectOk } = await openGraphMail()
    const before = await expectOk('GET', '/mailboxSettings')
    const answer = await as('PATCH', '/mailboxSettings', change)
    expect([answer.status, answer.body.error.code]).toEqual([400, code])
    expect(await expectOk('GET', '/mailboxSettings')).toEqual(before)
  })

  it('name languages and time zones in both standards', async () => {
    const { as, expectOk } = await openGraphMail()
    expect((await expectOk('GET', '/outlook/supportedLanguages')).value).toContainEqual({
      locale: 'fr-FR',
      displayName: 'French (France)',
    })
    expect((await expectOk('GET', '/outlook/supportedTimeZones')).value).toContainEqual({
      alias: 'Pacific Standard Time',
      displayName: 'Pacific Standard Time',
    })
    const iana = "/outlook/supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'Iana')"
    expect((await expectOk('GET', iana)).value).toContainEqual({ alias: 'Europe/Rome', displayName: 'Europe/Rome' })
    expect((await as('GET', '/outlook/nothing')).status).toBe(400)
  })
})

describe('masterCategories', () => {
  it('are created, colored, listed and deleted', async () => {
    const { as, expectOk } = await openGraphMail()
    const red = await expectOk('POST', '/outlook/masterCategories', { displayName: 'Red', color: 'preset0' })
    const taken = await as('POST', '/outlook/masterCategories', { displayName: 'red' })
    expect([taken.status, taken.body.error.code]).toEqual([409, 'ErrorCategoryExists'])
    expect(await expectOk('PATCH', `/outlook/masterCategories/${red.id}`, { color: 'preset3' })).toMatchObject({
      id: red.id,
      displayName: 'Red',
      color: 'preset3',
    })
    const { value } = await expectOk('GET', '/outlook/masterCategories?$select=displayName')
    expect(value).toEqual([{ displayName: 'Red' }])
    expect((await as('DELETE', `/outlook/masterCategories/${red.id}`)).status).toBe(204)
    expect((await as('GET', `/outlook/masterCategories/${red.id}`)).status).toBe(404)
  })
})

describe('overrides of the inference classification', () => {
  it('are created, changed, listed and deleted', async () => {
    const { as, expectOk } = await openGraphMail()
    const path = '/inferenceClassification/overrides'
    const sender = { name: 'News', address: 'news@example.org' }
    const made = await expectOk('POST', path, { classifyAs: 'other', senderEmailAddress: sender })
    expect(made).toMatchObject({ classifyAs: 'other', senderEmailAddress: sender })
    expect(await expectOk('PATCH', `${path}/${made.id}`, { classifyAs: 'focused' })).toMatchObject({ id: made.id })
    expect((await expectOk('GET', path)).value).toMatchObject([{ classifyAs: 'focused' }])
    expect((await as('DELETE', `${path}/${made.id}`)).status).toBe(204)
    expect((await expectOk('GET', '/inferenceClassification')).overrides).toEqual([])
  })
})

describe('messageRules', () => {
  const path = '/mailFolders/inbox/messageRules'

  it('are created, changed, listed and deleted', async () => {
    const { as, expectOk } = await openGraphMail()
    const rule = await expectOk('POST', path, {
      displayName: 'Invoices',
      sequence: 2,
      isEnabled: true,
      conditions: { senderContains: ['billing'], bodyContains: [] },
      actions: { assignCategories: ['Money'], stopProcessingRules: true },
    })
    expect(rule).toMatchObject({
      displayName: 'Invoices',
      sequence: 2,
      hasError: false,
      isReadOnly: false,
      conditions: { senderContains: ['billing'] },
      exceptions: null,
      actions: { assignCategories: ['Money'], stopProcessingRules: true },
    })
    expect(await expectOk('PATCH', `${path}/${rule.id}`, { isEnabled: false })).toMatchObject({
      isEnabled: false,
      conditions: { senderContains: ['billing'] },
    })
    expect((await expectOk('GET', path)).value).toHaveLength(1)
    expect((await as('DELETE', `${path}/${rule.id}`)).status).toBe(204)
    expect((await as('GET', `${path}/${rule.id}`)).status).toBe(404)
  })

  it.each([
    [{ actions: { delete: true } }, 'Request_BadRequest'],
    [{ displayName: 'a', actions: {} }, 'ErrorInvalidRequest'],
    [{ displayName: 'a', actions: { moveToFolder: 'outbox' } }, 'ErrorFolderNotFound'],
    [{ displayName: 'a', actions: { delete: 'yes' } }, 'ErrorInvalidRequest'],
    [{ displayName: 'a', actions: { launch: true } }, 'Request_BadRequest'],
    [{ displayName: 'a', conditions: { subjectContains: 'x' }, actions: { delete: true } }, 'ErrorInvalidRequest'],
    [{ displayName: 'a', sequence: 0, actions: { delete: true } }, 'ErrorInvalidRequest'],
  ])('POST %j is refused', async (rule, code) => {
    const { as } = await openGraphMail()
    expect((await as('POST', path, rule)).body.error.code).toBe(code)
  })

  it('exist in the inbox only', async () => {
    const { as } = await openGraphMail()
    expect((await as('GET', '/mailFolders/drafts/messageRules')).body.error.code).toBe('ErrorInvalidRequest')
  })

  it('are refused to an app without MailboxSettings', async () => {
    const { call } = await openGraphMail()
    const who = { roles: ['Mail.ReadWrite'], wids: [] }
    const answer = await call('GET', `/users/ada@contoso.test${path}`, undefined, who)
    expect([answer.status, answer.body.error.code]).toEqual([403, 'ErrorAccessDenied'])
  })
})
