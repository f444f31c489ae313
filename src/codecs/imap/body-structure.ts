import { joinContinuations } from '../mime/parameter.ts'
import { type Disposition, type Param, type Part, isMessage, isMultipart } from '../mime/part.ts'
import { writeEnvelope } from './envelope.ts'
import { writeNstring, writeString } from './string.ts'

/** A part's BODY: its structure without extension data (RFC 9051 §7.5.2), without the item's name. */
export const renderBody = (part: Part): Uint8Array => Buffer.from(write(part, false), 'latin1')

/** A part's BODYSTRUCTURE: RFC 9051 §7.5.2, without the item's name. */
export const renderBodyStructure = (part: Part): Uint8Array => Buffer.from(write(part, true), 'latin1')

const write = (part: Part, extended: boolean): string =>
  isMultipart(part) ? writeMultipart(part, extended) : writeSingle(part, extended)

function writeMultipart(part: Part, extended: boolean): string {
  const children = part.children.map((child) => write(child, extended)).join('')
  const extension = extended ? ` ${writeParams(part.params)} ${writeExtension(part)}` : ''
  return `(${children} ${writeString(part.subtype)}${extension})`
}

function writeSingle(part: Part, extended: boolean): string {
  const items = [
    writeString(part.type),
    writeString(part.subtype),
    writeParams(part.params),
    writeNstring(part.id),
    writeNstring(part.description),
    writeString(part.encoding.toUpperCase()),
    part.end - part.bodyStart,
  ]
  if (isMessage(part)) items.push(...writeInside(part, extended), part.lines)
  else if (part.type === 'text') items.push(part.lines)
  if (extended) items.push(writeNstring(part.md5), writeExtension(part))
  return `(${items.join(' ')})`
}

/** A message that cannot be looked into has an envelope that says nothing, and an empty body: the syntax wants both. */
function writeInside({ message }: Part, extended: boolean): [envelope: string, body: string] {
  if (message) return [writeEnvelope(message.envelope), write(message.part, extended)]
  const tail = extended ? ' NIL NIL NIL NIL' : ''
  return [writeEnvelope({}), `("text" "plain" ("charset" "us-ascii") NIL NIL "7BIT" 0 0${tail})`]
}

const writeExtension = (part: Part): string =>
  `${writeDisposition(part.disposition)} ${writeLanguage(part.language)} ${writeNstring(part.location)}`

const writeDisposition = (disposition: Disposition | undefined): string =>
  disposition ? `(${writeString(disposition.type)} ${writeParams(disposition.params)})` : 'NIL'

const writeLanguage = (language: readonly string[]): string => {
  if (language.length === 0) return 'NIL'
  return language.length === 1 ? writeString(language[0]!) : `(${language.map(writeString).join(' ')})`
}

const writeParams = (params: readonly Param[]): string =>
  params.length === 0
    ? 'NIL'
    : `(${joinContinuations(params)
        .map(([name, value]) => `${writeString(name)} ${writeString(value)}`)
        .join(' ')})`
