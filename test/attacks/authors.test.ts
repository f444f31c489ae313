import { describe, expect, it } from 'vitest'
import { openTransport, textsIn } from '../support/transport.ts'

const q = (text: string): string => `=?utf-8?q?${[...Buffer.from(text)].map(hex).join('')}?=`
const b = (text: string, charset: BufferEncoding = 'utf8', name: string = charset): string =>
  `=?${name}?B?${Buffer.from(text, charset).toString('base64')}?=`
const hex = (octet: number): string => `=${octet.toString(16).padStart(2, '0')}`

const ADA = '<ada@contoso.test>'

/** Ways to show bob@contoso.test as the author of what Ada sends. Each is the value of an author field. */
const disguises: Readonly<Record<string, string>> = {
  'a full-width at sign': `bob\uff20contoso.test ${ADA}`,
  'a small at sign': `bob\ufe6bcontoso.test ${ADA}`,
  'a circled letter a': `bob\u24d0contoso.test ${ADA}`,
  'full-width letters': `\uff42\uff4f\uff42@\uff43ontoso\uff0ete\u017ft ${ADA}`,
  'an ideographic full stop': `bob@contoso\u3002test ${ADA}`,
  'a zero-width space': `bob@con\u200btoso.test ${ADA}`,
  'a zero-width joiner at the at sign': `bob\u200d@\u200dcontoso.test ${ADA}`,
  'a soft hyphen': `bob@contoso.te\u00adst ${ADA}`,
  'a word joiner and a byte order mark': `bob@\u2060contoso.test\ufeff ${ADA}`,
  'a variation selector': `bob@\ufe0fcontoso.test ${ADA}`,
  'a tag character': `bob@contoso\u{e0061}.test ${ADA}`,
  'a Hangul filler': `bob@\u3164contoso.test ${ADA}`,
  'a combining stroke over the at sign': `bob@\u0338contoso.test ${ADA}`,
  'a combining joiner': `bob@contoso\u034f.test ${ADA}`,
  'a full stop behind it': `bob@contoso.test. ${ADA}`,
  'an exclamation mark behind it': `bob@contoso.test! ${ADA}`,
  'a hyphen and a stop behind it': `bob@contoso.test-. ${ADA}`,
  'an underscore behind it': `bob@contoso.test_ ${ADA}`,
  'a slash behind it': `bob@contoso.test/ ${ADA}`,
  'an ellipsis behind it': `bob@contoso.test\u2026 ${ADA}`,
  'a sentence behind it': `bob@contoso.test. Yours ${ADA}`,
  'single quotes around it': `'bob@contoso.test' ${ADA}`,
  'curly quotes around it': `\u201cbob@contoso.test\u201d ${ADA}`,
  'full-width quotes around it': `\uff02bob@contoso.test\uff02 ${ADA}`,
  'full-width angle brackets around it': `Bob \uff1cbob@contoso.test\uff1e ${ADA}`,
  'mailto before it': `mailto:bob@contoso.test ${ADA}`,
  capitals: `BOB@CONTOSO.TEST ${ADA}`,
  'blanks around the at sign': `bob @ contoso.test ${ADA}`,
  'blanks around the dot': `bob@contoso . test ${ADA}`,
  'a fold at the at sign': `bob@\r\n contoso.test ${ADA}`,
  'a comment before the at sign': `bob(b)@contoso.test ${ADA}`,
  'a comment behind the at sign': `bob@(b)contoso.test ${ADA}`,
  'a comment within the domain': `bob@contoso(b(c)).test ${ADA}`,
  'a comment': `ada@contoso.test (bob@contoso.test.)`,
  'a comment in a comment': `ada@contoso.test (Ada (bob\uff20contoso.test))`,
  'a quoted pair': `bob\\@contoso.test ${ADA}`,
  'a quoted pair in a comment': `ada@contoso.test (bob\\@contoso.test)`,
  'a quoted pair in quotes': `"bob\\@contoso.test" ${ADA}`,
  'a quoted local part': `"bob"@contoso.test ${ADA}`,
  quotes: `"bob@contoso.test" ${ADA}`,
  'quotes and punctuation': `"'bob@contoso.test'." ${ADA}`,
  'quotes and a full-width at sign': `"bob\uff20contoso.test" ${ADA}`,
  'a name with angle brackets in quotes': `"Bob <bob@contoso.test>" ${ADA}`,
  'a name with escaped quotes': `"\\"Bob\\" <bob@contoso.test>" ${ADA}`,
  'two quoted strings': `"bob@" "contoso.test" ${ADA}`,
  'a group name': `"bob@contoso.test": ada@contoso.test;`,
  'an encoded word': `${q('bob@contoso.test')} ${ADA}`,
  'an encoded word in base64': `${b('bob@contoso.test')} ${ADA}`,
  'an encoded word in UTF-16': `${b('bob@contoso.test', 'utf16le', 'utf-16le')} ${ADA}`,
  'an encoded word in UTF-7': `=?utf-7?q?bob+AEA-contoso.test?= ${ADA}`,
  'an encoded word with a language': `=?utf-8*en?q?bob=40contoso.test?= ${ADA}`,
  'encoded words that belong together': `${q('bob')} ${q('@contoso')}\r\n ${q('.test')} ${ADA}`,
  'an encoded word beside plain text': `bob${q('@')}contoso.test ${ADA}`,
  'an encoded word with a full-width at sign': `${b('Bob bob\uff20contoso.test')} ${ADA}`,
  'an encoded word with a zero-width space': `${b('bob@\u200bcontoso.test')} ${ADA}`,
  'an encoded word in quotes': `"${q('bob@contoso.test')}" ${ADA}`,
  'an encoded word in quotes that closes them': `"${q('" <bob@contoso.test>')}" ${ADA}`,
  'an encoded word in a comment': `ada@contoso.test (${q('bob@contoso.test')})`,
  'encoded quotes around plain text': `${q('"')} bob@contoso.test ${q('"')} ${ADA}`,
  'someone of another tenant here': `eve@fabrikam.test. ${ADA}`,
}

const fields = ['From', 'Sender', 'Resent-From', 'Resent-Sender'] as const

describe('mail from Ada is refused where an author field shows Bob by', () => {
  it.each(Object.entries(disguises))('%s', async (_, value) => {
    const { submit, open, bob } = await openTransport()
    for (const field of fields) {
      const others = field === 'From' ? '' : 'From: ada@contoso.test\r\n'
      await expect(submit(`${others}${field}: ${value}\r\n\r\n`), field).rejects.toMatchObject({
        reason: 'not-allowed',
      })
    }
    expect(await textsIn(await open(bob))).toEqual([])
  })
})

/** Characters that break or reorder the line that a reader or a terminal shows. */
const controls: Readonly<Record<string, string>> = {
  'a null character': 'Ada\0',
  'a bell': 'Ada\x07',
  'a backspace': 'Ada\x08\x08\x08Bob',
  'a vertical tab': 'Ada\x0bBob',
  'an escape sequence': '\x1b[2KBob',
  'a delete': 'Ada\x7f',
  'a C1 control sequence': '\u009b2KBob',
  'a next-line character': 'Ada\u0085Bob',
  'a line separator': 'Ada\u2028Bob',
  'a right-to-left override': '\u202eboB',
  'a right-to-left isolate': '\u2067boB\u2069',
}

describe('mail is refused where an author field has', () => {
  it.each(Object.entries(controls))('%s', async (_, name) => {
    const { submit, open, bob } = await openTransport()
    const forms = [
      `${name} ${ADA}`,
      `"${name}" ${ADA}`,
      `ada@contoso.test (${name})`,
      `${q(name)} ${ADA}`,
      `${b(name)} ${ADA}`,
    ]
    for (const field of fields) {
      const others = field === 'From' ? '' : 'From: ada@contoso.test\r\n'
      for (const form of forms) {
        await expect(submit(`${others}${field}: ${form}\r\n\r\n`), form).rejects.toMatchObject({ reason: 'bad-syntax' })
      }
    }
    expect(await textsIn(await open(bob))).toEqual([])
  })

  it.each(['a\r\nBcc: x', 'a\nb', 'a\tb', 'a\rb'])('%j in an encoded word', async (name) => {
    const { submit } = await openTransport()
    await expect(submit(`From: ${q(name)} ${ADA}\r\n\r\n`)).rejects.toMatchObject({ reason: 'bad-syntax' })
  })

  it.each(['Fr\0om', '\0From', 'From\0', '\x0bFrom', 'From\x1f', 'F\x7from'])('%j as its name', async (name) => {
    const { submit } = await openTransport()
    await expect(submit(`From: ada@contoso.test\r\n${name}: bob@contoso.test\r\n\r\n`)).rejects.toMatchObject({
      reason: 'bad-syntax',
    })
  })
})

describe('mail from Ada is delivered where its author field has', () => {
  it.each([
    `Ada Lovelace ${ADA}`,
    `${q('Ada Ľovelace')} ${ADA}`,
    `Ada\tLovelace\r\n\t${ADA}`,
    `"Lovelace, Ada" ${ADA}`,
    `"ada"@contoso.test`,
    `ada @ contoso . test`,
    `'ada@contoso.test' ${ADA}`,
    `ADA@contoso.test. ${ADA}`,
    `${q('ada.lovelace@contoso.test')} ${ADA}`,
    `"bob@contoso.test by the help desk" ${ADA}`,
    `"bob@example.org" ${ADA}`,
    `${q('bob@example.org')} ${ADA}`,
    `bob@contoso.test.example.org ${ADA}`,
    `\u5c71\u7530 \u592a\u90ce ${ADA}`,
    `"\u05e2\u05d3\u05d4 \u200f" ${ADA}`,
    `Ada @ Work ${ADA}`,
  ])('%j', async (value) => {
    const { submit, open, bob } = await openTransport()
    await submit(`From: ${value}\r\nSubject: a\x1b$B\r\n\r\n`)
    expect(await textsIn(await open(bob))).toHaveLength(1)
  })
})

describe('Resent-From and Resent-Sender', () => {
  it('are permitted by Send As, like From and Sender', async () => {
    const { submit, open, bob, directory, tenant } = await openTransport()
    const resent = (field: string) => submit(`From: ada@contoso.test\r\n${field}: Bob <bob@contoso.test>\r\n\r\n`)
    for (const field of fields.slice(1)) {
      await expect(resent(field), field).rejects.toMatchObject({
        reason: 'not-allowed',
        detail: { from: 'bob@contoso.test' },
      })
    }
    const trustee = (await directory.permissions.trustee(tenant.id, 'ada'))!
    await directory.sendAs.add(bob, { trustee, deny: false })
    for (const field of fields.slice(1)) await resent(field)
    expect(await textsIn(await open(bob))).toHaveLength(3)
  })
})

it('a hostile author field of the greatest length is read in time', async () => {
  const { submit } = await openTransport()
  for (const piece of [
    '@',
    ' @',
    '(',
    '"',
    '\\',
    '<',
    ' ',
    'a',
    'a@',
    '.',
    '" "',
    '=?utf-8?q?=40?= ',
    'a@b. ',
    '@ . ',
  ]) {
    const value = piece.repeat(Math.floor(65_000 / piece.length))
    await submit(`From: ${value} ${ADA}\r\n\r\n`).catch((thrown: unknown) => {
      expect(thrown).toMatchObject({ reason: expect.stringMatching(/^(bad-syntax|not-allowed)$/) })
    })
  }
})
