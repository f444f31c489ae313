import { parameter } from '../parameter.ts'
import { isMultipart, type MimePart } from '../structure.ts'

/** A file; a message (message/rfc822); or the address of a file that is stored elsewhere (RFC 2017). */
export type AttachmentKind = 'file' | 'item' | 'reference'

/** A part that a mail program shows as an attachment. */
export interface AttachmentPart {
  readonly kind: AttachmentKind
  /** The IMAP part number (RFC 9051 §6.4.5.1). */
  readonly path: readonly number[]
  readonly part: MimePart
  /** True if the text shows it, as an image; such a part does not make the message one with attachments. */
  readonly isInline: boolean
  readonly name: string
}

/** The parts of a message by their use. */
export interface MessageParts {
  readonly html: MimePart | undefined
  readonly text: MimePart | undefined
  /** RFC 6047 §2.4: the part that makes the message a meeting message; it has a `method` parameter. */
  readonly calendar: MimePart | undefined
  readonly attachments: readonly AttachmentPart[]
}

/**
 * Sorts the parts of a message. The first text is the body; inside multipart/alternative, plain text and HTML are two
 * forms of the same body. As in Exchange, further texts are attachments.
 */
export function messageParts(root: MimePart): MessageParts {
  const found: Found = { html: undefined, text: undefined, calendar: undefined, group: undefined, attachments: [] }
  walk(found, root, isMultipart(root) ? [] : [1], topLevel)
  return found
}

/** True if the message has an attachment that is not shown inside the text. */
export const hasAttachments = (root: MimePart): boolean =>
  messageParts(root).attachments.some(({ isInline }) => !isInline)

/** The attachment at a path, or undefined. */
export const attachmentAt = (root: MimePart, path: readonly number[]): AttachmentPart | undefined =>
  messageParts(root).attachments.find((it) => it.path.join('.') === path.join('.'))

interface Found {
  html: MimePart | undefined
  text: MimePart | undefined
  calendar: MimePart | undefined
  /** The multipart/alternative that the body is from. */
  group: MimePart | undefined
  readonly attachments: AttachmentPart[]
}

interface Surroundings {
  readonly parent: MimePart | undefined
  /** The innermost multipart/alternative around the part. */
  readonly group: MimePart | undefined
  readonly related: boolean
}

const topLevel: Surroundings = { parent: undefined, group: undefined, related: false }

function walk(found: Found, part: MimePart, path: readonly number[], around: Surroundings): void {
  if (isMultipart(part)) {
    const within = {
      parent: part,
      group: part.subtype === 'alternative' ? part : around.group,
      related: around.related || part.subtype === 'related',
    }
    for (const [index, child] of part.children.entries()) walk(found, child, [...path, index + 1], within)
    return
  }
  if (part.type === 'text' && part.subtype === 'calendar' && parameter(part.params, 'method') !== undefined) {
    found.calendar ??= part
  }
  if (isBody(found, part, around)) {
    found[part.subtype === 'html' ? 'html' : 'text'] = part
    found.group = around.group
  } else if (isShown(part, around)) {
    found.attachments.push(attachment(found, part, path, around))
  }
}

function isBody(found: Found, part: MimePart, { group }: Surroundings): boolean {
  if (part.type !== 'text' || isNamed(part) || dispositionOf(part) === 'attachment') return false
  const hasBody = found.html !== undefined || found.text !== undefined
  const alternative = !hasBody || (group !== undefined && group === found.group)
  if (part.subtype === 'html') return alternative && found.html === undefined
  // Other kinds of text are shown as they are if there is nothing else.
  const plain = part.subtype === 'plain' || (part.subtype !== 'calendar' && group === undefined)
  return plain && alternative && found.text === undefined
}

/** False for another form of the body. */
function isShown(part: MimePart, { parent }: Surroundings): boolean {
  if (dispositionOf(part) === 'attachment') return true
  return parent?.subtype !== 'alternative' && !(isEmpty(part) && !isNamed(part))
}

function attachment(
  found: Found,
  part: MimePart,
  path: readonly number[],
  { parent, related }: Surroundings,
): AttachmentPart {
  const kind = kindOf(part)
  return {
    kind,
    path,
    part,
    isInline: kind === 'file' && isInline(part, parent, related),
    name: nameOf(part, found.attachments.length + 1),
  }
}

function kindOf(part: MimePart): AttachmentKind {
  if (part.message) return 'item'
  const isAddress = part.type === 'message' && part.subtype === 'external-body'
  return isAddress && parameter(part.params, 'access-type')?.toLowerCase() === 'url' ? 'reference' : 'file'
}

function isInline(part: MimePart, parent: MimePart | undefined, related: boolean): boolean {
  const disposition = dispositionOf(part)
  if (disposition !== undefined) return disposition === 'inline'
  if (parent?.subtype === 'signed' || forPrograms.has(`${part.type}/${part.subtype}`)) return true
  return part.id !== undefined && (related || part.type === 'image')
}

/** Signatures and reports, which are not for the reader. */
const forPrograms: ReadonlySet<string> = new Set([
  'application/pgp-signature',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'message/delivery-status',
  'message/disposition-notification',
])

const dispositionOf = (part: MimePart): string | undefined => part.disposition?.type

const givenName = (part: MimePart): string | undefined =>
  parameter(part.disposition?.params ?? [], 'filename') || parameter(part.params, 'name') || undefined

const isNamed = (part: MimePart): boolean => givenName(part) !== undefined

const isEmpty = (part: MimePart): boolean => part.type === 'text' && part.end === part.bodyStart

/** Longer names are cut: RFC 2045 sets no limit. */
const LONGEST_NAME = 255

/** A part without a name gets one as in Exchange: `ATT00001.txt`. */
function nameOf(part: MimePart, number: number): string {
  const given = givenName(part) ?? (part.message ? part.description : undefined)
  if (given !== undefined) return baseName(given).slice(0, LONGEST_NAME)
  return `ATT${String(number).padStart(5, '0')}${extensionOf(part)}`
}

/** The last name of a path, without controls. */
const baseName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .split(/[/\\]/)
    .at(-1)!
    .trim() || 'attachment'

const extensions: Readonly<Record<string, string>> = {
  'text/plain': '.txt',
  'text/html': '.htm',
  'text/calendar': '.ics',
  'text/vcard': '.vcf',
  'message/rfc822': '.eml',
  'message/global': '.eml',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'image/gif': '.gif',
  'application/pdf': '.pdf',
  'application/pkcs7-signature': '.p7s',
  'application/pkcs7-mime': '.p7m',
}

const extensionOf = ({ type, subtype }: MimePart): string =>
  extensions[`${type}/${subtype}`] ?? (type === 'text' ? '.txt' : '.dat')
