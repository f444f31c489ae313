import * as fc from 'fast-check'
import iconv from 'iconv-lite'

/** A mail that was written from texts, and the texts that a reader should find in it. */
export interface WrittenMail {
  readonly bytes: Buffer
  readonly subject: string
  readonly from: string
  /** Lines of the header and of the parts' MIME headers, decoded. */
  readonly headerLines: readonly string[]
  /** The bodies as written, and those of HTML as read too. */
  readonly bodies: readonly string[]
}

/** Words of a script, and charsets that hold all of them. */
const scripts = [
  { words: ['Report', 'invoice', 'OK', 'a', 'Zebra crossing', 'x=y'], charsets: ['us-ascii', 'utf-8', 'windows-1252'] },
  { words: ['Überraschung', 'Straße', 'ÉTÉ', 'naïve', 'Ångström', 'garçon'], charsets: ['iso-8859-1', 'utf-8'] },
  { words: ['Zażółć', 'gęślą', 'JAŹŃ', 'Łódź'], charsets: ['iso-8859-2', 'windows-1250', 'utf-8'] },
  { words: ['Отчёт', 'за', 'КВАРТАЛ', 'Ёлка'], charsets: ['koi8-r', 'windows-1251', 'utf-8'] },
  { words: ['Γειά', 'σου', 'ΚΟΣΜΟΣ', 'λόγος'], charsets: ['windows-1253', 'utf-8'] },
  { words: ['会議の議事録', 'テスト', 'ご確認'], charsets: ['shift_jis', 'euc-jp', 'utf-8'] },
  { words: ['你好', '季度报告', '漢字'], charsets: ['gb18030', 'utf-16', 'utf-8'] },
  { words: ['안녕하세요', '보고서'], charsets: ['euc-kr', 'utf-8'] },
  { words: ['مرحبا', 'شكرا'], charsets: ['windows-1256', 'utf-8'] },
  { words: ['🎉 party', '𝔘𝔫𝔦', 'e\u0301te\u0301', 'ǅ'], charsets: ['utf-8'] },
] as const

interface Written {
  readonly text: string
  readonly charset: string
}

const writtenArb: fc.Arbitrary<Written> = fc.constantFrom(...scripts).chain(({ words, charsets }) =>
  fc.record({
    text: fc.array(fc.constantFrom<string>(...words), { minLength: 1, maxLength: 12 }).map((some) => some.join(' ')),
    charset: fc.constantFrom<string>(...charsets),
  }),
)

const paragraphsArb = writtenArb.chain(({ text, charset }) =>
  fc.record({
    text: fc.integer({ min: 1, max: 4 }).map((count) => Array.from({ length: count }, () => text).join('\r\n')),
    charset: fc.constant(charset),
  }),
)

/** Every word that some mail may hold. */
export const allWords: readonly string[] = scripts.flatMap(({ words }) => [...words])

export const writtenMailArb: fc.Arbitrary<WrittenMail> = fc
  .record({
    subject: writtenArb,
    name: writtenArb,
    encodeSubjectAs: fc.constantFrom('B' as const, 'Q' as const),
    parts: fc.array(
      fc.record({
        body: paragraphsArb,
        encoding: fc.constantFrom('base64' as const, 'quoted-printable' as const, '8bit' as const),
        html: fc.boolean(),
        fileName: fc.option(fc.constantFrom('plan.txt', 'résumé.txt', 'отчёт.txt'), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    folded: fc.boolean(),
  })
  .map(({ subject, name, encodeSubjectAs, parts, folded }) => {
    const written = parts.map(writePart)
    const head = [
      `From: ${encodedWord(name, 'B')} <sender@example.com>`,
      `Subject: ${encodedWords(subject, encodeSubjectAs, folded)}`,
      'Content-Type: multipart/mixed; boundary="limit"',
    ]
    const chunks = [Buffer.from(`${head.join('\r\n')}\r\n\r\npreamble\r\n`)]
    for (const { bytes } of written) chunks.push(Buffer.from('--limit\r\n'), bytes, Buffer.from('\r\n'))
    chunks.push(Buffer.from('--limit--\r\n'))
    const from = `${name.text} <sender@example.com>`
    return {
      bytes: Buffer.concat(chunks),
      subject: subject.text,
      from,
      headerLines: [
        `From: ${from}`,
        `Subject: ${subject.text}`,
        head[2]!,
        ...written.flatMap((part) => part.headerLines),
      ],
      bodies: written.flatMap((part) => part.bodies),
    }
  })

function writePart(part: {
  readonly body: Written
  readonly encoding: 'base64' | 'quoted-printable' | '8bit'
  readonly html: boolean
  readonly fileName: string | undefined
}) {
  const { body, html, fileName } = part
  // UTF-16 is no text in eight bits: its octets look like line ends.
  const encoding = body.charset === 'utf-16' ? 'base64' : part.encoding
  const source = html ? `<div>${body.text.replaceAll(' ', '<b> </b>')}</div>` : body.text
  const head = [
    `Content-Type: text/${html ? 'html' : 'plain'}; charset=${body.charset}`,
    `Content-Transfer-Encoding: ${encoding}`,
  ]
  if (fileName) head.push(`Content-Disposition: attachment; filename*=utf-8''${encodeURIComponent(fileName)}`)
  const bytes = iconv.encode(source, body.charset, { addBOM: body.charset === 'utf-16' })
  return {
    bytes: Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), encodeTransfer(bytes, encoding)]),
    headerLines: fileName ? [...head, fileName] : head,
    bodies: html ? [source, body.text.replaceAll('\r\n', ' ')] : [source],
  }
}

function encodeTransfer(bytes: Buffer, encoding: string): Buffer {
  if (encoding === '8bit') return bytes
  if (encoding === 'base64') return Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n'))
  return quoted(bytes)
}

function quoted(bytes: Buffer): Buffer {
  let line = ''
  let text = ''
  for (const octet of bytes) {
    if (octet === 0x0d) continue
    if (octet === 0x0a) {
      text += `${line}\r\n`
      line = ''
      continue
    }
    const plain = octet > 0x20 && octet < 0x7f && octet !== 0x3d
    const next = plain ? String.fromCharCode(octet) : `=${octet.toString(16).toUpperCase().padStart(2, '0')}`
    if (line.length + next.length > 75) {
      text += `${line}=\r\n`
      line = ''
    }
    line += next
  }
  return Buffer.from(text + line)
}

const encodedWords = (written: Written, encoding: 'B' | 'Q', folded: boolean): string =>
  folded
    ? Array.from(written.text, (character) => encodedWord({ ...written, text: character }, encoding)).join('\r\n ')
    : encodedWord(written, encoding)

function encodedWord({ text, charset }: Written, encoding: 'B' | 'Q'): string {
  // Without a byte order mark, UTF-16 in a word is anybody's guess.
  const name = charset === 'utf-16' ? 'utf-8' : charset
  const bytes = iconv.encode(text, name)
  if (encoding === 'B') return `=?${name}?B?${bytes.toString('base64')}?=`
  const letters = Array.from(bytes, (octet) => `=${octet.toString(16).padStart(2, '0')}`)
  return `=?${name}?Q?${letters.join('')}?=`
}
