import { describe, expect, it, vi } from 'vitest'
import { openGraphMail } from '../../../../../test/support/graph-mail.ts'
import { mailLimits } from '../../../../domain/mail/limits.ts'
import { DAY } from '../../../../core/time.ts'

const KIB = 1024
const STEP = 320 * KIB

const message = 'Subject: s\nFrom: eve@example.org\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>x</p>\n'

async function opened() {
  const stage = await openGraphMail()
  await stage.deliver(message)
  const [{ id }] = (await stage.expectOk('GET', '/messages')).value
  const path = `/messages/${id}/attachments`
  const create = (item: object, name = 'AttachmentItem') =>
    stage.as('POST', `${path}/createUploadSession`, {
      [name]: { attachmentType: 'file', name: 'a.bin', size: 1, ...item },
    })
  /** A request to the URL of a session, without a token. */
  const upload = (method: 'GET' | 'PUT' | 'DELETE', url: string, body?: Buffer, headers = {}) =>
    stage.call(method, url.replace('https://localhost:8443', ''), body?.toString('latin1'), {
      authorization: '',
      headers: { 'content-type': 'application/octet-stream', ...headers },
    })
  const put = (url: string, content: string, start: number, end: number, headers = {}) =>
    upload('PUT', url, Buffer.from(content.slice(start, end)), {
      'content-range': `bytes ${start}-${end - 1}/${content.length}`,
      ...headers,
    })
  return { ...stage, id, path, create, upload, put }
}

/** Text of ASCII, because a test sends text. */
const contentOf = (octets: number) => 'attached content, line by line\n'.repeat(Math.ceil(octets / 31)).slice(0, octets)

/** True if the protocol or the writer of messages makes a buffer, and not the engine. */
const isOurs = (): boolean =>
  (new Error('trace').stack ?? '')
    .split('\n')
    .some((line) => /\/(?:protocols\/graph|codecs\/mime)\//.test(line) && !line.includes('.test.ts'))

/** Counts the buffers that are as large as a message. */
function largeBuffers() {
  const sizes: number[] = []
  const allocate = vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
    if (size > 4 * 1024 * KIB && isOurs()) sizes.push(size)
    return Buffer.alloc(size)
  })
  const concat = Buffer.concat.bind(Buffer)
  const join = vi.spyOn(Buffer, 'concat').mockImplementation((list, length) => {
    const joined = concat(list, length)
    if (joined.length > 4 * 1024 * KIB && isOurs()) sizes.push(joined.length)
    return joined
  })
  return {
    count: () => sizes.length,
    octets: () => sizes.reduce((sum, size) => sum + size, 0),
    stop: () => [allocate, join].forEach((spy) => spy.mockRestore()),
  }
}

describe('an upload session', () => {
  it('attaches a file in ranges, with the recorded answers', async () => {
    const { create, put, upload, as, id, path } = await opened()
    const content = contentOf(2 * STEP + 1000)
    const session = await create({ name: 'big.txt', contentType: 'text/plain', size: content.length })
    expect([session.status, session.body]).toEqual([
      201,
      {
        '@odata.context': 'https://localhost:8443/v1.0/$metadata#microsoft.graph.uploadSession',
        uploadUrl: expect.stringMatching(
          /^https:\/\/localhost:8443\/v1\.0\/users\('ada%40contoso\.test'\)\/messages\('[^']+'\)\/attachmentSessions\('[\w-]{24}'\)\?authtoken=[\w-]{43}$/,
        ),
        expirationDateTime: '2026-11-25T08:00:00Z',
        nextExpectedRanges: ['0-'],
      },
    ])
    const url = session.body.uploadUrl
    const first = await put(url, content, 0, STEP)
    const between = {
      '@odata.context': 'https://localhost:8443/v1.0/$metadata#microsoft.graph.uploadSession',
      ExpirationDateTime: '2026-11-25T08:00:00Z',
      nextExpectedRanges: [String(STEP)],
    }
    expect([first.status, first.body]).toEqual([200, between])
    expect((await put(url, content, 0, STEP)).body).toEqual(between)
    expect((await upload('GET', url)).body).toEqual(between)
    await put(url, content, STEP, 2 * STEP)
    const last = await put(url, content, 2 * STEP, content.length, { authorization: 'Bearer other' })
    expect([last.status, last.body]).toEqual([201, undefined])
    const again = await put(url, content, 2 * STEP, content.length)
    expect([again.status, again.headers['location']]).toEqual([201, last.headers['location']])
    const list = (await as('GET', `${path}?$select=name,contentType,size`)).body.value
    expect(list).toMatchObject([{ name: 'big.txt', contentType: 'text/plain' }])
    expect(last.headers['location']).toBe(
      `https://localhost:8443/v1.0/users('ada%40contoso.test')/messages('${encodeURIComponent(id)}')/attachments('${encodeURIComponent(list[0].id)}')`,
    )
    expect((await as('GET', `${path}/${list[0].id}/$value`)).body).toBe(content)
  })

  it('writes its message in memory once, and reads the file piece by piece', async () => {
    const { create, put, mail, ada } = await opened()
    const mailbox = await mail.open(ada.id, new AbortController().signal)
    const content = contentOf(24 * STEP)
    const { body } = await create({ name: 'big.txt', size: content.length })
    for (let start = 0; start < content.length - STEP; start += 4 * STEP) {
      await put(body.uploadUrl, content, start, Math.min(start + 4 * STEP, content.length - STEP))
    }
    const largest: number[] = []
    const [, id] = /attachmentSessions\('([^']+)'/.exec(body.uploadUrl)!
    for await (const piece of mailbox.uploads.read(id!)) largest.push(piece.length)
    expect(Math.max(...largest)).toBe(4 * STEP)
    const buffers = largeBuffers()
    try {
      expect((await put(body.uploadUrl, content, content.length - STEP, content.length)).status).toBe(201)
      // Base64 adds a third.
      expect(buffers.octets()).toBeLessThan(content.length * 1.5)
      expect(buffers.count()).toBe(1)
    } finally {
      buffers.stop()
    }
  })

  it('takes small files, images in the text, and the other spelling of its parameter', async () => {
    const { create, put, as, path } = await opened()
    const session = await create({ name: 'i.png', size: 3, isInline: true, contentId: 'i@a' }, 'attachmentItem')
    expect((await put(session.body.uploadUrl, 'png', 0, 3)).status).toBe(201)
    expect((await as('GET', path)).body.value).toMatchObject([
      { name: 'i.png', isInline: true, contentId: 'i@a', contentBytes: Buffer.from('png').toString('base64') },
    ])
  })

  it('refuses ranges that do not fit, and goes on with the right one', async () => {
    const { create, put, upload } = await opened()
    const url = (await create({ size: 100 })).body.uploadUrl
    const content = contentOf(100)
    await put(url, content, 0, 10)
    await put(url, content, 10, 20)
    const refused = async (answer: ReturnType<typeof put>) => {
      const { status, body } = await answer
      return [status, body.error.code]
    }
    expect(await refused(put(url, content, 30, 40))).toEqual([416, 'fragmentOutOfOrder'])
    expect(await refused(put(url, content, 0, 10))).toEqual([416, 'fragmentOverlap'])
    expect(await refused(put(url, content, 15, 25))).toEqual([416, 'fragmentOverlap'])
    for (const range of ['bytes 20-29/99', 'bytes 20-28/100', 'bytes 95-104/100', 'x', '']) {
      const body = Buffer.from('0123456789')
      expect(await refused(upload('PUT', url, body, { 'content-range': range }))).toEqual([416, 'invalidRange'])
    }
    expect(await refused(upload('PUT', url, Buffer.from('x')))).toEqual([416, 'invalidRange'])
    expect((await put(url, content, 20, 100)).status).toBe(201)
  })

  it('is known only by its URL, and not after it is cancelled or expired', async () => {
    const { create, put, upload, world } = await opened()
    const url: string = (await create({ size: 100 })).body.uploadUrl
    const gone = async (answer: ReturnType<typeof put>) => {
      const { status, body } = await answer
      expect([status, body.error.code]).toEqual([404, 'uploadSessionNotFound'])
    }
    await gone(upload('GET', url.replace(/authtoken=./, 'authtoken=!')))
    await gone(upload('GET', url.replace(/\?.*/, '')))
    await gone(upload('PUT', url.replace(/attachmentSessions\('/, "attachmentSessions('x")))
    expect((await upload('DELETE', url)).status).toBe(204)
    await gone(upload('DELETE', url))
    await gone(put(url, contentOf(100), 0, 10))
    const other: string = (await create({ size: 100 })).body.uploadUrl
    world.advance(DAY + 1)
    await gone(upload('GET', other))
  })

  it('ends when its message is gone, or when its app loses the access', async () => {
    const { create, put, as, call, id, directory, tenant } = await opened()
    const [one, two] = [(await create({ size: 10 })).body.uploadUrl, (await create({ size: 10 })).body.uploadUrl]
    await as('DELETE', `/messages/${id}`)
    expect((await put(one, contentOf(10), 0, 10)).body.error.code).toBe('ErrorItemNotFound')
    const [app] = (await call('GET', "/servicePrincipals?$filter=displayName eq 'Administration'")).body.value
    await directory.servicePrincipals.update(tenant.id, app.id, { accountEnabled: false })
    const answer = await put(two, contentOf(10), 0, 10)
    expect([answer.status, answer.body.error.code]).toEqual([401, 'InvalidAuthenticationToken'])
  })

  it('is refused if it is malformed, too large, or one too many', async () => {
    const { create, as, path, upload } = await opened()
    const codes = async (answer: ReturnType<typeof create>) => {
      const { status, body } = await answer
      return [status, body.error?.code]
    }
    expect(await codes(as('POST', `${path}/createUploadSession`, {}))).toEqual([400, 'RequestBodyRead'])
    expect(await codes(create({ attachmentType: 'item' }))).toEqual([400, 'ErrorInvalidRequest'])
    expect(await codes(create({ size: 0 }))).toEqual([400, 'RequestBodyRead'])
    expect(await codes(create({ size: 150 * KIB ** 2 + 1 }))).toEqual([413, 'ErrorAttachmentSizeLimitExceeded'])
    expect(await codes(create({ size: Math.ceil((mailLimits.messageOctets / 4) * 3) }))).toEqual([
      413,
      'ErrorMessageSizeExceeded',
    ])
    const urls: string[] = []
    for (let nth = 0; nth < 20; nth++) urls.push((await create({ size: 100 })).body.uploadUrl)
    expect(await codes(create({ size: 100 }))).toEqual([429, 'TooManyRequests'])
    await upload('DELETE', urls[0]!)
    expect((await create({ size: 100 })).status).toBe(201)
  })

  it('attaches one file if the last range is sent twice at once', async () => {
    const { create, put, as, path } = await opened()
    const url = (await create({ size: 100 })).body.uploadUrl
    const answers = await Promise.all([1, 2, 3].map(() => put(url, contentOf(100), 0, 100)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    expect(new Set(answers.map(({ headers }) => headers['location'])).size).toBe(1)
    expect((await as('GET', path)).body.value).toHaveLength(1)
  })
})
