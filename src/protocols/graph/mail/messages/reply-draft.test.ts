import { describe, expect, it } from 'vitest'
import { composeMessage } from '../../../../codecs/mime/compose/compose-message.ts'
import { parseMessage } from '../../../../codecs/mime/parse.ts'
import { readContent } from './message-content.ts'
import { readMessageInput } from './message-input.ts'
import { replyDraft, type ReplyInput, type ReplyKind } from './reply-draft.ts'
import { updateDraft } from './update-draft.ts'

let count = 0
const options = {
  mailbox: 'me@a.example',
  now: Date.UTC(2026, 0, 2, 3, 4, 5),
  chance: (octets: number) => Buffer.alloc(octets, ++count),
}
const everything = { header: true, body: true, preview: true }

const stored = (bytes: Buffer) => ({
  structure: parseMessage(bytes).part,
  read: async (start: number, end: number) => bytes.subarray(start, end),
})

const contentOf = (bytes: Buffer) =>
  readContent(
    { structure: parseMessage(bytes).part, read: async ({ start, end }) => bytes.subarray(start, end) },
    everything,
  )

async function answer(kind: ReplyKind, original: string, given: Partial<ReplyInput> = {}) {
  const bytes = Buffer.from(original)
  const { read } = stored(bytes)
  const draft = await replyDraft(
    kind,
    { content: await contentOf(bytes), read, threadId: 't', received: 0 },
    { comment: undefined, message: {}, toRecipients: undefined, ...given },
    new Set(['me@a.example', 'alias@a.example']),
    options,
  )
  const written = await composeMessage(draft, options.chance)
  return {
    draft,
    content: await contentOf(written),
    to: draft.to.map((it) => it.address),
    cc: draft.cc.map((it) => it.address),
  }
}

const original = [
  'From: Ada <ada@a.example>',
  'To: Me <ME@a.example>, bob@a.example',
  'Cc: carol@a.example, bob@a.example, alias@a.example',
  'Subject: RE: AW: Plan',
  'Date: Fri, 02 Jan 2026 03:04:05 +0000',
  'Message-ID: <2@a.example>',
  'References: <0@a.example> <1@a.example>',
  'Content-Type: multipart/mixed; boundary=m',
  '',
  '--m',
  'Content-Type: multipart/related; boundary=r',
  '',
  '--r',
  'Content-Type: text/html',
  '',
  '<html><body class="x"><p>Old</p><img src="cid:logo"></body></html>',
  '--r',
  'Content-Type: image/png; name=logo.png',
  'Content-ID: <logo>',
  'Content-Transfer-Encoding: base64',
  '',
  'AAEC',
  '--r--',
  '--m',
  'Content-Disposition: attachment; filename=a.txt',
  '',
  'file',
  '--m--',
  '',
].join('\r\n')

describe('the answer to a message', () => {
  it('goes to its author, in the same conversation', async () => {
    const { draft, content, to, cc } = await answer('reply', original, { comment: 'Yes & no\nreally' })
    expect([to, cc]).toEqual([['ada@a.example'], []])
    expect(draft).toMatchObject({
      subject: 'RE: Plan',
      inReplyTo: '<2@a.example>',
      references: ['<0@a.example>', '<1@a.example>', '<2@a.example>'],
      threadTopic: 'Plan',
    })
    expect(draft.threadIndex).toHaveLength(27)
    expect(content.header?.threadIndex).toEqual(draft.threadIndex)
    expect(content.body?.content).toMatch(
      /<body class="x">\r\n<div>Yes &amp; no<br \/>\r\nreally<\/div>\r\n<hr [^>]*><div id="divRplyFwdMsg"/,
    )
    expect(content.body?.content).toContain('<b>From:</b> Ada &lt;ada@a.example&gt;')
    expect(content.body?.content).toContain('<p>Old</p>')
    expect(content.uniqueBody?.content).not.toContain('Old')
    expect(content.parts.attachments.map(({ name }) => name)).toEqual(['logo.png'])
  })

  it('goes to all but oneself and nobody twice', async () => {
    const { to, cc } = await answer('replyAll', original)
    expect([to, cc]).toEqual([['ada@a.example', 'bob@a.example'], ['carol@a.example']])
  })

  it('goes where Reply-To says, and to the recipients of one’s own message', async () => {
    const replyTo = 'From: a@a.example\r\nReply-To: desk@a.example\r\nTo: me@a.example\r\n\r\nx'
    expect((await answer('reply', replyTo)).to).toEqual(['desk@a.example'])
    expect((await answer('reply', 'From: me@a.example\r\nTo: b@a.example\r\n\r\nx')).to).toEqual(['b@a.example'])
  })

  it('has all attachments if it is forwarded', async () => {
    const toRecipients = [{ name: '', address: 'z@a.example' }]
    const { draft, content, to } = await answer('forward', original, { toRecipients })
    expect([draft.subject, to]).toEqual(['FW: Plan', ['z@a.example']])
    expect(content.parts.attachments.map(({ name }) => name)).toEqual(['logo.png', 'a.txt'])
  })

  it('is text if the original is', async () => {
    const { content } = await answer('reply', 'From: a@a.example\r\nSubject: Hi\r\n\r\nOld', { comment: 'New' })
    expect(content.body).toEqual({
      contentType: 'text',
      content: 'New\r\n________________________________\r\nFrom: a@a.example\r\nSubject: Hi\r\n\r\nOld',
    })
    expect(content.uniqueBody?.content).toBe('New')
    const html = await answer('reply', 'From: a@a.example\r\n\r\na < b', { comment: '<p>New</p>' })
    expect(html.content.body?.content).toContain('<p>New</p>')
    expect(html.content.body?.content).toContain('a &lt; b')
  })

  it('has the properties of the request, and its body instead of the quotation', async () => {
    const message = readMessageInput({
      subject: 'Own',
      body: { contentType: 'text', content: 'Only' },
      importance: 'high',
    })
    const { draft, content } = await answer('reply', original, { message })
    expect(draft).toMatchObject({ subject: 'Own', importance: 'high' })
    expect(content.body?.content).toBe('Only')
    await expect(answer('reply', original, { message, comment: 'x' })).rejects.toThrow('cannot both')
  })

  it('quotes nothing that runs', async () => {
    const hostile =
      'From: a@a.example\r\nSubject: <script>x</script>\r\nContent-Type: text/html\r\n\r\n<p onclick=x()>Old</p><script>x()</script>'
    const { draft } = await answer('reply', hostile, { comment: 'a <b' })
    expect(draft.body.content).not.toMatch(/<script|onclick/)
  })
})

describe('a draft', () => {
  it('keeps its attachments when its body changes', async () => {
    const before = Buffer.from(original)
    const after = await updateDraft(
      stored(before),
      readMessageInput({ body: { contentType: 'html', content: '<p>New <img src="cid:logo"></p>' } }),
      options,
    )
    const content = await contentOf(after)
    expect(content.subject).toBe('RE: AW: Plan')
    expect(content.body?.content).toContain('<p>New ')
    expect(content.parts.attachments.map(({ name, isInline }) => [name, isInline])).toEqual([
      ['logo.png', true],
      ['a.txt', false],
    ])
    const [logo] = content.parts.attachments
    expect(after.toString('latin1', logo!.part.headerStart, logo!.part.end)).toBe(
      'Content-Type: image/png; name=logo.png\r\nContent-ID: <logo>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC',
    )
  })

  it('gets the fields that a draft from elsewhere lacks', async () => {
    const bytes = await updateDraft(
      stored(Buffer.from('Subject: x\r\n\r\nbody')),
      { isReadReceiptRequested: true },
      options,
    )
    const { internetMessageId, sent, header } = await contentOf(bytes)
    expect(internetMessageId).toMatch(/^<[0-9a-f]{32}@a\.example>$/)
    expect(sent).toBe(options.now)
    expect(header?.fields).toContainEqual({ name: 'Disposition-Notification-To', value: 'me@a.example' })
  })
})
