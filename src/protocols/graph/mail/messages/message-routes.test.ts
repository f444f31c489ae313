import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'

const message = (subject: string, text = 'Hello') =>
  [
    'From: Eve Example <eve@example.org>',
    'To: ada@contoso.test',
    `Subject: ${subject}`,
    'Date: Tue, 24 Nov 2026 08:00:00 +0000',
    `Message-ID: <${subject.replaceAll(' ', '-')}@example.org>`,
    '',
    text,
    '',
  ].join('\r\n')

const withFile = [
  'From: eve@example.org',
  'To: ada@contoso.test',
  'Subject: A file',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="x()">Hi</p><script>alert(1)</script>',
  '--b',
  'Content-Type: text/plain; name=a.txt',
  'Content-Disposition: attachment; filename=a.txt',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('the file').toString('base64'),
  '--b--',
  '',
].join('\r\n')

describe('messages', () => {
  it('are listed latest first, and have the properties of Graph', async () => {
    const { deliver, expectOk } = await openGraphMail()
    await deliver(message('one'), { received: Date.UTC(2026, 10, 1) })
    await deliver(message('two'), { received: Date.UTC(2026, 10, 2), read: true })
    const { value } = await expectOk('GET', '/messages')
    expect(value.map(({ subject }: { subject: string }) => subject)).toEqual(['two', 'one'])
    expect(value[1]).toMatchObject({
      '@odata.etag': expect.stringMatching(/^W\/"[\w+/=-]+"$/),
      receivedDateTime: '2026-11-01T00:00:00Z',
      sentDateTime: '2026-11-24T08:00:00Z',
      hasAttachments: false,
      internetMessageId: '<one@example.org>',
      bodyPreview: 'Hello',
      importance: 'normal',
      isRead: false,
      isDraft: false,
      body: { contentType: 'text', content: expect.stringContaining('Hello') },
      from: { emailAddress: { name: 'Eve Example', address: 'eve@example.org' } },
      toRecipients: [{ emailAddress: { address: 'ada@contoso.test' } }],
      ccRecipients: [],
      flag: { flagStatus: 'notFlagged' },
      inferenceClassification: 'focused',
    })
    const one = await expectOk('GET', `/messages/${value[1].id}?$select=subject`)
    expect(Object.keys(one)).toEqual(['@odata.context', '@odata.etag', 'id', 'subject'])
  })

  it('are filtered and paged by links that are complete', async () => {
    const { deliver, expectOk } = await openGraphMail()
    for (let nth = 0; nth < 25; nth++) {
      await deliver(message(`m${nth}`), { received: Date.UTC(2026, 10, 1, 0, nth), read: nth % 5 !== 0 })
    }
    const unread = await expectOk(
      'GET',
      '/mailFolders/inbox/messages?$filter=isRead eq false&$orderby=receivedDateTime ASC&$count=true&$select=subject',
    )
    expect(unread['@odata.count']).toBe(5)
    expect(unread.value.map(({ subject }: { subject: string }) => subject)).toEqual(['m0', 'm5', 'm10', 'm15', 'm20'])
    const subjects: string[] = []
    let path: string | undefined = '/messages?$top=10&$select=subject'
    while (path !== undefined) {
      const page: { value: { subject: string }[]; '@odata.nextLink'?: string } = await expectOk('GET', path)
      subjects.push(...page.value.map(({ subject }) => subject))
      const next = page['@odata.nextLink'] && new URL(page['@odata.nextLink'])
      path = next ? `${next.pathname.split('ada@contoso.test')[1]}${next.search}` : undefined
    }
    expect(subjects).toEqual(Array.from({ length: 25 }, (_, nth) => `m${24 - nth}`))
    const since = await expectOk(
      'GET',
      '/messages?$filter=receivedDateTime ge 2026-11-01T00:20:00Z and receivedDateTime lt 2026-11-01T00:22:00.000Z',
    )
    expect(since.value.map(({ subject }: { subject: string }) => subject)).toEqual(['m21', 'm20'])
    const from = await expectOk('GET', "/messages?$filter=from/emailAddress/address eq 'EVE@example.org'&$count=true")
    expect(from['@odata.count']).toBe(25)
    const id = await expectOk('GET', "/messages?$filter=internetMessageId eq '<m7@example.org>'")
    expect(id.value.map(({ subject }: { subject: string }) => subject)).toEqual(['m7'])
  })

  it('have their octets as $value, and their attachments', async () => {
    const { deliver, as, expectOk } = await openGraphMail()
    await deliver(withFile)
    const { value } = await expectOk('GET', '/messages?$expand=attachments')
    const [{ id, hasAttachments, attachments, body }] = value
    expect(hasAttachments).toBe(true)
    expect(body.content).not.toContain('script')
    expect(body.content).not.toContain('onclick')
    expect(attachments).toEqual([
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'a.txt',
        contentBytes: Buffer.from('the file').toString('base64'),
      }),
    ])
    expect((await as('GET', `/messages/${id}/$value`)).body).toBe(withFile)
    const list = await expectOk('GET', `/messages/${id}/attachments?$select=name`)
    const file = await as('GET', `/messages/${id}/attachments/${list.value[0].id}/$value`)
    expect([file.body, file.headers['content-type']]).toEqual(['the file', 'text/plain'])
  })

  it('move with an immutable id that stays, and a default id that changes', async () => {
    const { deliver, as, expectOk } = await openGraphMail()
    await deliver(message('one'))
    const prefer = { prefer: 'IdType="ImmutableId"' }
    const [before] = (await expectOk('GET', '/messages')).value
    const [stable] = (await expectOk('GET', '/messages', undefined, prefer)).value
    const answer = await as('POST', `/messages/${before.id}/move`, { DestinationId: 'archive' }, prefer)
    expect([answer.status, answer.headers['preference-applied']]).toEqual([201, 'IdType="ImmutableId"'])
    expect(answer.body.id).toBe(stable.id)
    expect((await as('GET', `/messages/${before.id}`)).body.error.code).toBe('ErrorItemNotFound')
    expect(await expectOk('GET', `/messages/${stable.id}`)).toMatchObject({ subject: 'one' })
    expect((await as('DELETE', `/messages/${stable.id}`)).status).toBe(204)
    expect((await as('DELETE', `/messages/${stable.id}`)).status).toBe(404)
  })

  it('hide their bodies from an app with Mail.ReadBasic', async () => {
    const { deliver, call } = await openGraphMail()
    await deliver(message('one'))
    const path = '/users/ada@contoso.test/messages'
    const basic = { roles: ['Mail.ReadBasic.All'], wids: [] }
    const [shown] = (await call('GET', path, undefined, basic)).body.value
    expect(shown.subject).toBe('one')
    expect(Object.keys(shown)).not.toContain('body')
    expect((await call('GET', `${path}/${shown.id}/$value`, undefined, basic)).body.error.code).toBe(
      'ErrorAccessDenied',
    )
  })

  it.each([
    ['/messages?$select=isJunk', 400, 'RequestBroker--ParseUri'],
    ['/messages?$top=0', 400, 'ErrorInvalidUrlQuery'],
    ["/messages?$filter=toRecipients/any(r:r/emailAddress/address eq 'a@b.c')", 400, 'ErrorInvalidUrlQueryFilter'],
    ["/messages?$filter=contains(subject,'x')&$orderby=receivedDateTime desc", 400, 'InefficientFilter'],
    ['/messages/AAMkgone', 400, 'ErrorInvalidIdMalformed'],
    ['/messages?$search="a"&$orderby=subject', 400, 'SearchWithOrderBy'],
  ])('GET %s is refused %i %s', async (path, status, code) => {
    const { as } = await openGraphMail()
    const answer = await as('GET', path)
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })
})
