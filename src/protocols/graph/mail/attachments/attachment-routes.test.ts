import { describe, expect, it } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { messageParts } from '../../../../codecs/mime/parts/message-parts.ts'

const received = [
  'From: eve@example.org',
  'To: ada@contoso.test',
  'Subject: Pictures',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Hi <img src="cid:i"></p>',
  '--b',
  'Content-Type: application/pdf; name="own.pdf"',
  'Content-Disposition: attachment',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('own file').toString('base64'),
  '--b--',
  '',
].join('\r\n')

const file = (name: string, more: object = {}) => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  name,
  contentType: 'image/png',
  contentBytes: Buffer.from(name).toString('base64'),
  ...more,
})

async function opened(message = received) {
  const stage = await openGraphMail()
  await stage.deliver(message)
  const [{ id }] = (await stage.expectOk('GET', '/messages')).value
  const names = async (query = '') =>
    (await stage.expectOk('GET', `/messages/${id}/attachments${query}`)).value.map((it: { name: string }) => it.name)
  return { ...stage, path: `/messages/${id}/attachments`, id, names }
}

describe('attachments', () => {
  it('are added and removed, and the other parts keep their octets', async () => {
    const { as, expectOk, path, id, names } = await opened()
    const before = await expectOk('GET', `/messages/${id}`)
    const answer = await as('POST', path, file('new.png'))
    expect([answer.status, answer.body]).toEqual([
      201,
      expect.objectContaining({
        '@odata.type': '#microsoft.graph.fileAttachment',
        '@odata.mediaContentType': 'image/png',
        name: 'new.png',
        isInline: false,
        contentId: null,
        contentBytes: Buffer.from('new.png').toString('base64'),
      }),
    ])
    expect(answer.headers['location']).toBe(
      `https://localhost:8443/v1.0/users('ada%40contoso.test')/messages('${encodeURIComponent(id)}')/attachments('${encodeURIComponent(answer.body.id)}')`,
    )
    expect(await names()).toEqual(['own.pdf', 'new.png'])
    const after = await expectOk('GET', `/messages/${id}`)
    expect(after['@odata.etag']).not.toBe(before['@odata.etag'])
    expect({ ...after, '@odata.etag': 0, changeKey: 0 }).toEqual({ ...before, '@odata.etag': 0, changeKey: 0 })
    expect((await as('GET', `${path}/${answer.body.id}/$value`)).body).toBe('new.png')
    expect((await as('DELETE', `${path}/${answer.body.id}`)).status).toBe(204)
    expect((await as('DELETE', `${path}/${answer.body.id}`)).body.error.code).toBe('ErrorItemNotFound')
    expect((await as('GET', `/messages/${id}/$value`)).body).toBe(received)
    const [own] = (await expectOk('GET', path)).value
    expect((await as('DELETE', `${path}/${own.id}`)).status).toBe(204)
    expect(await names()).toEqual([])
    expect((await expectOk('GET', `/messages/${id}?$select=hasAttachments,body`)).hasAttachments).toBe(false)
  })

  it('are images in the text, messages, and links', async () => {
    const { as, expectOk, path, id } = await opened()
    const image = await as('POST', path, file('i.png', { isInline: true, contentId: 'i' }))
    expect(image.body).toMatchObject({ isInline: true, contentId: 'i' })
    const item = await as('POST', path, {
      '@odata.type': 'microsoft.graph.itemAttachment',
      name: 'Inner',
      item: {
        '@odata.type': 'microsoft.graph.message',
        subject: 'Inner subject',
        body: { contentType: 'text', content: 'in' },
      },
    })
    expect([item.status, item.body['@odata.type'], item.body.name]).toEqual([
      201,
      '#microsoft.graph.itemAttachment',
      'Inner',
    ])
    const link = await as('POST', path, {
      '@odata.type': '#microsoft.graph.referenceAttachment',
      name: 'shared.docx',
      sourceUrl: 'https://files.example/shared.docx',
    })
    expect(link.body).toMatchObject({ '@odata.type': '#microsoft.graph.referenceAttachment', name: 'shared.docx' })
    expect((await as('GET', `${path}/${item.body.id}/$value`)).body).toContain('Subject: Inner subject')
    expect((await as('GET', `${path}/${link.body.id}/$value`)).status).toBe(405)
    const expanded = await expectOk('GET', `${path}/${item.body.id}?$expand=microsoft.graph.itemattachment/item`)
    expect(expanded.item).toMatchObject({ subject: 'Inner subject', body: { content: expect.stringMatching(/^in/) } })
    const bytes = Buffer.from((await as('GET', `/messages/${id}/$value`)).body)
    const { part } = parseMessage(bytes)
    expect(part.children.map(({ type, subtype }) => `${type}/${subtype}`)).toEqual([
      'multipart/related',
      'application/pdf',
      'message/rfc822',
      'message/external-body',
    ])
    expect(messageParts(part).html).toBeDefined()
  })

  it('are all added when several programs add them at once', async () => {
    const { as, path, names } = await opened()
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((name) => as('POST', path, file(name))))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect((await names()).toSorted()).toEqual(['a', 'b', 'c', 'd', 'own.pdf'])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4)
  })

  it('have ids that stay valid when others are removed, even alike ones', async () => {
    const { as, path, names } = await opened()
    const added: string[] = []
    for (const name of ['a', 'a', 'b']) added.push((await as('POST', path, file(name))).body.id)
    for (const [nth, left] of [['own.pdf', 'a', 'b'], ['own.pdf', 'b'], ['own.pdf']].entries()) {
      expect((await as('DELETE', `${path}/${added[nth]}`)).status).toBe(204)
      expect((await as('DELETE', `${path}/${added[nth]}`)).status).toBe(404)
      expect(await names()).toEqual(left)
    }
  })

  it('are listed in pages, with a count and the selected properties', async () => {
    const { as, expectOk, path } = await opened()
    for (const name of ['a', 'b', 'c']) await as('POST', path, file(name))
    const page = await expectOk('GET', `${path}?$top=2&$skip=1&$count=true&$select=name`)
    expect(page['@odata.count']).toBe(4)
    expect(page.value.map((it: object) => Object.keys(it).filter((key) => !key.includes('@')))).toEqual([
      ['id', 'name'],
      ['id', 'name'],
    ])
    expect(page['@odata.nextLink']).toContain('$skip=3')
    expect((await as('GET', `${path}/$count`)).body).toBe('4')
  })

  it('are refused if they are malformed, and the message stays', async () => {
    const { as, expectOk, path, id } = await opened()
    const before = (await expectOk('GET', `/messages/${id}`))['@odata.etag']
    const refused: readonly (readonly [unknown, number, string])[] = [
      [{ name: 'x', contentBytes: '' }, 400, 'RequestBodyRead'],
      [file('x', { contentBytes: '&' }), 400, 'RequestBodyRead'],
      [file(''), 400, 'RequestBodyRead'],
      [file('x', { other: 1 }), 400, 'RequestBodyRead'],
      ['{', 400, 'BadRequest'],
      [{ '@odata.type': '#microsoft.graph.itemAttachment', name: 'x' }, 400, 'RequestBodyRead'],
      [
        file('x', { contentBytes: Buffer.alloc(3 * 1024 * 1024).toString('base64') }),
        413,
        'ErrorAttachmentSizeLimitExceeded',
      ],
    ]
    for (const [body, status, code] of refused) {
      const answer = await as('POST', path, body)
      expect([answer.status, answer.body.error.code]).toEqual([status, code])
    }
    const stale = await as('POST', path, file('x'), { 'if-match': 'W/"x"' })
    expect([stale.status, stale.body.error.code]).toEqual([412, 'ErrorIrresolvableConflict'])
    expect((await as('DELETE', `${path}/x`)).body.error.code).toBe('ErrorInvalidIdMalformed')
    expect((await as('POST', `/messages/AAMkgone/attachments`, file('x'))).status).toBe(400)
    expect((await expectOk('GET', `/messages/${id}`))['@odata.etag']).toBe(before)
  })

  it('are not added by an app that may only read', async () => {
    const { call, path } = await opened()
    const answer = await call('POST', `/users/ada@contoso.test${path}`, file('x'), { roles: ['Mail.Read'], wids: [] })
    expect([answer.status, answer.body.error.code]).toEqual([403, 'ErrorAccessDenied'])
  })
})
