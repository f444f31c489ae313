import { createReadStream } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryDirectory } from '../../../../test/support/disk.ts'
import { dateField, envelopeDate, fileDate, readMessages, withCrlf } from './read.ts'
import { findMail } from './find.ts'
import { isMaildir, letteredKeywords, maildirDate, maildirFlags, maildirInfo, maildirLevels } from './maildir.ts'
import { readMbox, takeMboxStatus, writeMboxStatus } from './mbox.ts'
import { writeMessageList } from './message-list.ts'
import { anyText } from '../../../../test/support/any-text.ts'

const gathered = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

async function written(files: Record<string, string>): Promise<string> {
  const dir = temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true })
    await writeFile(path.join(dir, name), content, 'latin1')
  }
  return dir
}

const mboxOf = async (content: string, largest = 1000) => {
  const dir = await written({ box: content })
  const entries = await gathered(readMbox(createReadStream(path.join(dir, 'box')), largest))
  return entries.map((it) => ('tooLarge' in it ? 'too large' : [it.envelope, it.bytes.toString('latin1')]))
}

describe('line ends', () => {
  it.each([
    ['', ''],
    ['a\r\nb\r\n', 'a\r\nb\r\n'],
    ['a\nb\n', 'a\r\nb\r\n'],
    ['\n\n', '\r\n\r\n'],
    ['a\r\nb\n\nc', 'a\r\nb\r\n\r\nc'],
    ['a\rb\n', 'a\rb\r\n'],
    ['a\r\r\nb', 'a\r\r\nb'],
  ])('%j becomes %j', (before, after) => {
    expect(withCrlf(Buffer.from(before)).toString()).toBe(after)
  })

  it('are CRLF for any bytes, and then stay as they are', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const once = withCrlf(Buffer.from(bytes))
        expect(once.toString('latin1')).toBe(
          Buffer.from(bytes)
            .toString('latin1')
            .replace(/(?<!\r)\n/g, '\r\n'),
        )
        expect(withCrlf(once)).toBe(once)
      }),
    )
  })
})

describe('an mbox', () => {
  it.each<[string, string, unknown[]]>([
    ['nothing', '', []],
    ['no mbox', 'Subject: x\n\nbody\n', []],
    ['one message', 'From ada Tue\nSubject: x\n\nbody\n', [['ada Tue', 'Subject: x\n\nbody\n']]],
    [
      'two messages',
      'From a b\nA: 1\n\nx\n\nFrom c d\nB: 2\n\ny\n',
      [
        ['a b', 'A: 1\n\nx\n'],
        ['c d', 'B: 2\n\ny\n'],
      ],
    ],
    [
      'CRLF',
      'From a b\r\nA: 1\r\n\r\nx\r\n\r\nFrom c d\r\nB: 2\r\n',
      [
        ['a b', 'A: 1\r\n\r\nx\r\n'],
        ['c d', 'B: 2\r\n'],
      ],
    ],
    ['a From within a paragraph', 'From a b\nA: 1\n\nx\nFrom y\n', [['a b', 'A: 1\n\nx\nFrom y\n']]],
    [
      'quoted lines',
      'From a b\nA: 1\n\n>From x\n>>From y\n> From z\n',
      [['a b', 'A: 1\n\nFrom x\n>From y\n> From z\n']],
    ],
    ['no end of line at the end', 'From a b\nA: 1\n\nx', [['a b', 'A: 1\n\nx']]],
    ['a message without content', 'From a b\n', [['a b', '']]],
    ['octets beyond ASCII', 'From a b\nA: 1\n\n\xe9\xff\n', [['a b', 'A: 1\n\n\xe9\xff\n']]],
  ])('that holds %s', async (_, content, entries) => {
    expect(await mboxOf(content)).toEqual(entries)
  })

  it('passes over a message that is too large, and goes on with the next', async () => {
    const content = `From a b\nA: ${'x'.repeat(500)}\n\ny\n\nFrom c d\nB: 2\n`
    expect(await mboxOf(content, 100)).toEqual(['too large', ['c d', 'B: 2\n']])
  })

  it('gives the messages that went into it', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'F', 'r', 'o', 'm', ' ', '>', ':'), maxLength: 8 })
    const message = fc.array(fc.oneof(line, fc.constantFrom('From x', '>From x', '')), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 4 }), async (messages) => {
        const texts = messages.map((lines) => `A: 1\n${lines.join('\n')}\n`)
        const content = texts.map((text) => `From a b\n${text.replace(/^(>*From )/gm, '>$1')}\n`).join('')
        expect(await mboxOf(content)).toEqual(texts.map((text) => ['a b', text]))
      }),
      { numRuns: 50 },
    )
  })
})

describe('dates', () => {
  it.each<[string, string | undefined]>([
    ['Date: Tue, 24 Nov 2026 08:00:00 +0100\r\n', '2026-11-24T08:00:00+01:00'],
    ['Subject: x\nDATE: 24 Nov 2026 08:00:00 GMT\n', '2026-11-24T08:00:00+00:00'],
    ['Date: Tue, 24 Nov 2026\r\n 08:00:00 -0830 (PDT)\r\n', '2026-11-24T08:00:00-08:30'],
    ['Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n', '2024-01-01T00:00:00+00:00'],
    ['Date: soon\r\n', undefined],
    ['Date:\r\n', undefined],
    ['Date: Tue, 24 Nov 1899 08:00:00 +0100\r\n', undefined],
    ['Subject: x\r\n\r\nDate: Tue, 24 Nov 2026 08:00:00 +0100\r\n', undefined],
    ['', undefined],
  ])('of %j', (text, date) => {
    expect(dateField(Buffer.from(text))).toBe(date)
  })

  it.each<[string, string | undefined]>([
    ['ada@example.org Tue Nov 24 08:00:00 2026', '2026-11-24T08:00:00+00:00'],
    ['ada@example.org Tue Nov 24 08:00:00 +0100 2026', '2026-11-24T08:00:00+01:00'],
    ['- Mon, 01 Jan 2024 00:00:00 GMT', '2024-01-01T00:00:00+00:00'],
    ['ada@example.org', undefined],
    ['', undefined],
  ])('of the From line of %j', (envelope, date) => {
    expect(envelopeDate(envelope)).toBe(date)
  })

  it('of a file are in UTC', () => {
    expect(fileDate(Date.UTC(2026, 10, 24, 8) + 0.5)).toBe('2026-11-24T08:00:00+00:00')
  })

  it('are a date or nothing, whatever the bytes', () => {
    fc.assert(
      fc.property(anyText(), (text) => {
        for (const found of [dateField(Buffer.from(`Date: ${text}`)), envelopeDate(text)]) {
          expect(found ?? '2026-01-01T00:00:00+00:00').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/)
        }
      }),
    )
  })
})

describe('a Maildir', () => {
  it.each<[string, string[]]>([
    ['1700000000.M1P2.host:2,', []],
    ['1700000000.M1P2.host:2,FRS', ['\\Flagged', '\\Answered', '\\Seen']],
    ['1700000000.M1P2.host:2,DTa', ['\\Draft', '\\Deleted']],
    ['1700000000.M1P2.host', []],
    ['1700000000.M1P2.host;2,S', ['\\Seen']],
  ])('says in the name %s that the message is %j', (name, flags) => {
    expect(maildirFlags(name)).toEqual(flags)
  })

  it('has letters for keywords too, as Dovecot keeps them', () => {
    const keywords = letteredKeywords([
      ['\\Seen', '$Forwarded'],
      ['urgent', '$Forwarded'],
    ])
    expect(keywords).toEqual(['$Forwarded', 'urgent'])
    const info = maildirInfo(['\\Seen', '\\Flagged', 'urgent', 'unlettered'], keywords)
    expect(info).toBe(':2,FSb')
    expect(maildirFlags(`1.x${info}`, keywords)).toEqual(['\\Flagged', '\\Seen', 'urgent'])
  })

  it.each([
    ['1700000000.M1P2.host:2,S', '2023-11-14T22:13:20+00:00'],
    ['1700000000.U7V9.postern:2,', '2023-11-14T22:13:20+00:00'],
    ['7.host', undefined],
    ['mail', undefined],
  ])('tells by the name %s that the message came at %s', (name, date) => {
    expect(maildirDate(name)).toBe(date)
  })

  it.each([
    ['.Clients.Fabrikam', ['Clients', 'Fabrikam']],
    ['.Entw&APw-rfe', ['Entwürfe']],
    ['.R&D', ['R&D']],
  ])('names folders below it as Maildir++ does: %s', (name, levels) => {
    expect(maildirLevels(name)).toEqual(levels)
  })

  it('is known by its folders', () => {
    expect(isMaildir(['cur', 'new', 'tmp'])).toBe(true)
    expect(isMaildir(['cur'])).toBe(false)
  })
})

const found = (dir: string, ...names: string[]) => told(dir, findMail(names.map((name) => path.join(dir, name))))
const following = (dir: string, name: string) => told(dir, findMail([path.join(dir, name)], true))

const told = async (dir: string, mail: ReturnType<typeof findMail>) =>
  (await gathered(mail)).map((it) => {
    if (it.kind === 'source') return [path.relative(dir, it.source.path), it.source.kind, ...it.source.flags]
    if (it.kind === 'skipped') return it.link ? 'link' : 'skipped'
    return [path.relative(dir, it.path), it.reason]
  })

describe('finding mail', () => {
  it('takes what is named, whatever it is called, and from folders what is called as mail is', async () => {
    const dir = await written({
      'letter.txt': 'Subject: x\n\n',
      old: 'From a b\nSubject: x\n\n',
      'in/b.eml': '',
      'in/A.EML': '',
      'in/deep/c.eml': '',
      'in/archive.mbox': '',
      'in/notes.txt': '',
    })
    expect(await found(dir, 'letter.txt', 'old', 'in', 'none')).toEqual([
      ['letter.txt', 'message'],
      ['old', 'mbox'],
      ['in/A.EML', 'message'],
      ['in/archive.mbox', 'mbox'],
      ['in/b.eml', 'message'],
      ['in/deep/c.eml', 'message'],
      'skipped',
      ['none', 'The file does not exist.'],
    ])
  })

  it('skips and counts symbolic links, also those that are named', async () => {
    const dir = await written({ 'real.eml': '', 'in/x.eml': '' })
    await symlink(path.join(dir, 'real.eml'), path.join(dir, 'in', 'link.eml'))
    await symlink(dir, path.join(dir, 'in', 'loop.eml'))
    await symlink(path.join(dir, 'none'), path.join(dir, 'in', 'void.eml'))
    expect(await found(dir, 'in')).toEqual(['link', 'link', 'link', ['in/x.eml', 'message']])
    await symlink(path.join(dir, 'in'), path.join(dir, 'named'))
    expect(await found(dir, 'named')).toEqual(['link'])
  })

  it('follows links where it is told to, and reads no directory twice', async () => {
    const dir = await written({ 'real.eml': '', 'in/x.eml': '', 'in/deep/y.eml': '', 'other/z.eml': '' })
    const link = (to: string, name: string) => symlink(path.join(dir, to), path.join(dir, 'in', name))
    await link('real.eml', 'link.eml')
    await link('in', 'a-loop')
    await link('in/deep', 'a-deep')
    await link('other', 'a-other')
    await link('other', 'b-other')
    await link('none', 'void.eml')
    await symlink(dir, path.join(dir, 'other', 'up'))
    expect(await following(dir, 'in')).toEqual([
      ['in/deep/y.eml', 'message'],
      ['in/link.eml', 'message'],
      'link',
      ['in/x.eml', 'message'],
      'link',
      'link',
      ['in/a-other/z.eml', 'message'],
      'link',
      'link',
      ['in/a-other/up/real.eml', 'message'],
      'link',
    ])
  })

  it('passes over links in a Maildir, and takes no other file for a list', async () => {
    const dir = await written({ 'm/cur/1.x:2,S': '', 'm/new/2.x': '', 'real.eml': '', list: '{"file":"1.eml"}' })
    await symlink(path.join(dir, 'real.eml'), path.join(dir, 'm', 'cur', '0.x'))
    await symlink(path.join(dir, 'list'), path.join(dir, 'm', 'dovecot-keywords'))
    await symlink(path.join(dir, 'list'), path.join(dir, 'm', 'messages.jsonl'))
    await mkdir(path.join(dir, 'm', 'cur', 'directory'))
    expect(await found(dir, 'm')).toEqual([
      'link',
      ['m/cur/1.x:2,S', 'message', '\\Seen'],
      'skipped',
      'link',
      'link',
      ['m/new/2.x', 'message'],
    ])
  })

  it('knows a Maildir, its flags, and what is still being delivered', async () => {
    const dir = await written({
      'm/cur/1.x:2,S': '',
      'm/new/2.x': '',
      'm/tmp/3.x': '',
      'm/.Sent/cur/4.x:2,R': '',
      'm/.Sent/new/.k': '',
    })
    expect(await found(dir, 'm')).toEqual([
      ['m/.Sent/cur/4.x:2,R', 'message', '\\Answered'],
      'skipped',
      ['m/cur/1.x:2,S', 'message', '\\Seen'],
      ['m/new/2.x', 'message'],
    ])
  })
})

describe('the folder that a file is for', () => {
  it('is where it lies below the path that was given', async () => {
    const dir = await written({
      'top.eml': '',
      'Inbox/9.eml': '',
      'Inbox/10.eml': '',
      'Clients/Fabrikam%3A 2026/1.eml': '',
      'box/cur/1.x': '',
      'box/new/2.x': '',
      'box/.Sent.2026/cur/3.x': '',
      'box/.Sent.2026/new/4.x': '',
      'old/archive.mbox': '',
    })
    const all = await gathered(findMail([dir]))
    expect(
      all.map((it) => it.kind === 'source' && [path.basename(it.source.path), it.source.folder.join('/')]),
    ).toEqual([
      ['1.eml', 'Clients/Fabrikam: 2026'],
      ['9.eml', 'Inbox'],
      ['10.eml', 'Inbox'],
      ['3.x', 'box/Sent/2026'],
      ['4.x', 'box/Sent/2026'],
      ['1.x', 'box'],
      ['2.x', 'box'],
      ['archive.mbox', 'old/archive'],
      ['top.eml', ''],
    ])
  })
})

describe('a list beside exported messages', () => {
  it('tells dates and flags, and that octets are to stay as they are', async () => {
    const listed = [{ file: '1.eml', received: '2024-01-01T00:00:00+01:00', flags: ['\\Seen', '$Forwarded'] }]
    const dir = await written({
      '1.eml': 'Subject: bare\n\n',
      '2.eml': 'Subject: unlisted\n\n',
      'messages.jsonl': `${writeMessageList(listed).toString()}null\n{"file":7}\nno json\n`,
    })
    const messages = []
    for await (const it of findMail([dir]))
      if (it.kind === 'source') messages.push(...(await gathered(readMessages(it.source))))
    expect(messages).toMatchObject([
      { message: { bytes: Buffer.from('Subject: bare\n\n'), received: listed[0]!.received, flags: listed[0]!.flags } },
      { message: { bytes: Buffer.from('Subject: unlisted\r\n\r\n'), flags: [] } },
    ])
  })
})

describe('the status of a message in an mbox', () => {
  it.each<[string, string, string[]]>([
    ['Status: RO\nSubject: x\n\nStatus: R\n', 'Subject: x\n\nStatus: R\n', ['\\Seen']],
    ['A: 1\nX-Status: AFDT\nB: 2\n\n', 'A: 1\nB: 2\n\n', ['\\Answered', '\\Flagged', '\\Deleted', '\\Draft']],
    ['X-Keywords: $Forwarded, urgent   \nA: 1\n', 'A: 1\n', ['$Forwarded', 'urgent']],
    ['Status: O\r\nA: 1\r\n\r\n', 'A: 1\r\n\r\n', []],
    ['Subject: x\n Status: R\n\n', 'Subject: x\n Status: R\n\n', []],
    ['Subject: x', 'Subject: x', []],
  ])('%j leaves %j', (content, rest, flags) => {
    const taken = takeMboxStatus(Buffer.from(content))
    expect([taken.bytes.toString(), taken.flags]).toEqual([rest, flags])
  })

  it('is read as it was written', () => {
    const flag = fc.constantFrom('\\Seen', '\\Answered', '\\Flagged', '\\Deleted', '\\Draft', '$Forwarded', 'urgent')
    fc.assert(
      fc.property(fc.uniqueArray(flag), (flags) => {
        const taken = takeMboxStatus(Buffer.from(`${writeMboxStatus(flags)}Subject: x\n\n`))
        expect(taken.bytes.toString()).toBe('Subject: x\n\n')
        expect(taken.flags.toSorted()).toEqual(flags.toSorted())
      }),
    )
  })
})

const read = async (content: string, kind: 'message' | 'mbox' = 'message') => {
  const dir = await written({ file: content })
  const about = {
    kind,
    folder: [],
    octets: content.length,
    modified: 0,
    flags: ['\\Seen'],
    exact: false,
    linked: false,
  }
  const source = { ...about, path: path.join(dir, 'file') }
  const all = await gathered(readMessages(source))
  return all.map((it) => {
    if ('reason' in it) return it.reason
    const { bytes, received, flags } = it.message
    return [Buffer.from(bytes).toString('latin1'), received, flags]
  })
}

describe('reading mail', () => {
  it('gives a message with CRLF, its date and its flags', async () => {
    expect(await read('Subject: \xe9\nDate: 1 Jan 2024 00:00 +0000\n\nx\n')).toEqual([
      ['Subject: \xe9\r\nDate: 1 Jan 2024 00:00 +0000\r\n\r\nx\r\n', '2024-01-01T00:00:00+00:00', ['\\Seen']],
    ])
    expect(await read('Subject: undated\n\n')).toEqual([
      ['Subject: undated\r\n\r\n', '1970-01-01T00:00:00+00:00', ['\\Seen']],
    ])
  })

  it('reports a file that is not a message', async () => {
    const none = ['The file does not begin with a header field.']
    expect(await read('')).toEqual(none)
    expect(await read('\x89PNG\r\n')).toEqual(none)
    expect(await read('no header\n')).toEqual(none)
    expect(await read('just text', 'mbox')).toEqual(['The file is not an mbox.'])
    expect(await read('', 'mbox')).toEqual([])
  })

  it('prefers the date of the From line in an mbox', async () => {
    const content =
      'From a Tue Nov 24 08:00:00 2026\nDate: 1 Jan 2024 00:00 +0000\n\nx\n\nFrom b\nDate: 1 Jan 2024 00:00 +0000\n'
    expect((await read(content, 'mbox')).map((it) => it[1])).toEqual([
      '2026-11-24T08:00:00+00:00',
      '2024-01-01T00:00:00+00:00',
    ])
  })
})
