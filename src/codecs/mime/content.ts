import { fieldText, type HeaderField, lowerAscii } from './header.ts'
import { readParams } from './parameter.ts'
import type { MimeContent, Disposition, Param } from './structure.ts'
import { HeaderScanner } from './scanner.ts'

/** The default type of a part: RFC 2045 §5.2, and RFC 2046 §5.1.5 inside a digest. */
export type DefaultType = 'text/plain' | 'message/rfc822'

const MOST_LANGUAGES = 50

/** Reads the Content-* fields. Of a repeated field the first counts. */
export function readContent(bytes: Uint8Array, fields: readonly HeaderField[], fallback: DefaultType): MimeContent {
  const texts = firstTexts(bytes, fields)
  return {
    ...readType(texts.get('content-type'), fallback),
    id: texts.get('content-id') || undefined,
    description: texts.get('content-description') || undefined,
    encoding: readEncoding(texts.get('content-transfer-encoding')),
    md5: texts.get('content-md5') || undefined,
    disposition: readDisposition(texts.get('content-disposition')),
    language: readLanguages(texts.get('content-language')),
    location: texts.get('content-location') || undefined,
  }
}

/** RFC 2045 §5.2: the type of a part with a missing or invalid Content-Type. */
export const plainText = {
  type: 'text',
  subtype: 'plain',
  params: [['charset', 'us-ascii']],
} as const satisfies Pick<MimeContent, 'type' | 'subtype' | 'params'>

/** The content of a part without Content-* fields. */
export const noContent: MimeContent = {
  ...plainText,
  id: undefined,
  description: undefined,
  encoding: '7bit',
  md5: undefined,
  disposition: undefined,
  language: [],
  location: undefined,
}

/** The content of a part whose inner structure is not read. */
export const opaque = { type: 'application', subtype: 'octet-stream' } as const satisfies Partial<MimeContent>

function firstTexts(bytes: Uint8Array, fields: readonly HeaderField[]): Map<string, string> {
  const texts = new Map<string, string>()
  for (const field of fields) {
    if (!/^content-/i.test(field.name)) continue
    const name = field.name.toLowerCase()
    if (!texts.has(name)) texts.set(name, fieldText(bytes, field))
  }
  return texts
}

function readType(text: string | undefined, fallback: DefaultType): Pick<MimeContent, 'type' | 'subtype' | 'params'> {
  const scanner = new HeaderScanner(text ?? '')
  scanner.skipBlanks()
  const type = lowerAscii(scanner.run(tokenShape))
  scanner.skipBlanks()
  const slash = scanner.take('/')
  scanner.skipBlanks()
  const subtype = lowerAscii(scanner.run(tokenShape))
  if (!slash || type === '' || subtype === '') {
    return fallback === 'text/plain' ? plainText : { type: 'message', subtype: 'rfc822', params: [] }
  }
  return { type, subtype, params: withCharset(type, subtype, readParams(scanner)) }
}

/** RFC 2046 §4.1.2: plain text without a charset is US-ASCII. */
function withCharset(type: string, subtype: string, params: readonly Param[]): readonly Param[] {
  const named = type !== 'text' || subtype !== 'plain' || params.some(([name]) => name.startsWith('charset'))
  return named ? params : [...params, ['charset', 'us-ascii']]
}

function readEncoding(text: string | undefined): string {
  const scanner = new HeaderScanner(text ?? '')
  scanner.skipBlanks()
  return scanner.run(encodingShape).toLowerCase() || '7bit'
}

function readDisposition(text: string | undefined): Disposition | undefined {
  if (!text) return undefined
  const scanner = new HeaderScanner(text)
  scanner.skipBlanks()
  const type = lowerAscii(scanner.run(tokenShape))
  return type === '' ? undefined : { type, params: readParams(scanner) }
}

function readLanguages(text: string | undefined): string[] {
  const languages: string[] = []
  const scanner = new HeaderScanner(text ?? '')
  while (languages.length < MOST_LANGUAGES) {
    scanner.skipBlanks()
    if (scanner.done) break
    const language = scanner.run(languageShape)
    if (language === '') scanner.at++
    else languages.push(language)
  }
  return languages
}

const tokenShape = /[^\0 \t\r\n;/("=]+/y
const encodingShape = /[!#-'*-:<>-~]+/y
const languageShape = /[^ \t\r\n,;("]+/y
