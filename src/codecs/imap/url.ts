import { Refusal, refuse } from '../../core/refusal.ts'
import { readSection, type Section, writeSection } from './fetch-items.ts'
import { MAX_NUMBER, ImapReader } from './reader.ts'
import { normalized } from '../charset/unicode-casemap.ts'

/** The server of a URL; a URL without one refers to the connected server. */
export interface UrlServer {
  /** The user whose mailbox the URL refers to. */
  readonly user: string | undefined
  readonly host: string
  readonly port: number | undefined
}

/** RFC 4467 §3: who may use a URL, and until when. */
export interface UrlAccess {
  readonly by: 'submit' | 'user' | 'authuser' | 'anonymous'
  /** The user name of `submit` and `user`. */
  readonly user: string | undefined
  /** In milliseconds since the epoch. */
  readonly expires: number | undefined
  /** The part of the URL that the verifier covers. */
  readonly rump: string
  readonly verifier: { readonly mechanism: string; readonly token: string } | undefined
}

/** RFC 5092 §6: a message or a part of one. */
export interface MessageUrl {
  readonly server: UrlServer | undefined
  /** The folder's path; undefined if the URL is relative to the selected folder. */
  readonly folder: string | undefined
  /** Whether the path starts at the root, and not next to the selected folder. */
  readonly rooted: boolean
  readonly uidValidity: number | undefined
  readonly uid: number
  readonly section: Section
  /** Octets `start` up to, but not including, `start + count`; without a count up to the end. */
  readonly partial: { readonly start: number; readonly count: number | undefined } | undefined
  readonly access: UrlAccess | undefined
}

const escape = '%[0-9a-f]{2}'
/** RFC 5092 §11 `achar`. */
const achar = `(?:[\\w.~!$'()*+,&=-]|${escape})`
/** RFC 5092 §11 `bchar`. */
const bchar = `(?:[\\w.~!$'()*+,&=:@/-]|${escape})`
const host = String.raw`\[[\da-f:.]{2,45}\]|[\w.~-]{1,255}`

const server = `imap://(?:(?<user>${achar}+)?(?:;AUTH=(?:\\*|${achar}+))?@)?(?<host>${host})(?::(?<port>\\d{1,5}))?(?=/)`
/** RFC 3986 §4.2: a relative URL has no colon before its first slash, since that would be a scheme. */
const folder = `(?:(?<root>/)|(?![^/]*:))(?!/)(?<folder>${bchar}+?)(?:;UIDVALIDITY=(?<validity>[1-9]\\d{0,9}))?/`
const message = `;UID=(?<uid>[1-9]\\d{0,9})`
const section = `(?:/;SECTION=(?<section>${bchar}+?))?`
const partial = `(?:/;PARTIAL=(?<start>\\d{1,10})(?:\\.(?<count>[1-9]\\d{0,9}))?)?`
const expire = String.raw`(?:;EXPIRE=(?<expire>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)))?`
const access = `;URLAUTH=(?:(?<by>submit|user)\\+(?<granted>${achar}+)|(?<anybody>authuser|anonymous))`
const verifier = String.raw`(?::(?<mechanism>[a-z\d.-]{1,64}):(?<token>[\da-f]{32,256}))?`

const shape = new RegExp(
  `^(?<rump>(?:${server})?(?:${folder})?${message}${section}${partial}(?:${expire}${access})?)${verifier}$`,
  'i',
)
/** Maximum length of a URL. */
const longest = 8192

/** Reads an RFC 5092 URL of a message or part: absolute, or relative to the server's root or the selected folder. */
export function readMessageUrl(text: string): MessageUrl | undefined {
  const groups = text.length <= longest ? shape.exec(text)?.groups : undefined
  try {
    return groups && urlOf(groups)
  } catch (thrown) {
    if (thrown instanceof Refusal) return undefined
    throw thrown
  }
}

type Groups = Readonly<Record<string, string | undefined>>

function urlOf(groups: Groups): MessageUrl {
  const server = serverOf(groups)
  // RFC 5092 §7: a URL with a server has a folder too.
  if (server && groups.folder === undefined) unsound()
  const start = numberOf(groups.start)
  const folder = decoded(groups.folder)
  return {
    server,
    folder: folder === undefined ? undefined : normalized(folder, 'NFC'),
    rooted: groups.root !== undefined,
    uidValidity: numberOf(groups.validity),
    uid: numberOf(groups.uid)!,
    section: sectionOf(decoded(groups.section)),
    partial: start === undefined ? undefined : { start, count: numberOf(groups.count) },
    access: accessOf(groups),
  }
}

const unsound = (): never => refuse('bad-syntax', 'That is not the URL of a message')

/** Undoes percent-encoding; the result has to be UTF-8 (RFC 5092 §8). */
function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  try {
    const plain = decodeURIComponent(text)
    return plain.includes('\0') ? unsound() : plain
  } catch {
    return unsound()
  }
}

function numberOf(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined
  return Number(digits) <= MAX_NUMBER ? Number(digits) : unsound()
}

function sectionOf(text: string | undefined): Section {
  if (text === undefined) return { part: [], of: 'everything', fields: [] }
  const reader = new ImapReader([Buffer.from(`${text}]`)])
  const section = readSection(reader)
  reader.expect(']')
  reader.end()
  return section
}

function serverOf(groups: Groups): UrlServer | undefined {
  if (groups.host === undefined) return undefined
  const port = numberOf(groups.port)
  if (port !== undefined && (port < 1 || port > 65_535)) unsound()
  return { user: decoded(groups.user), host: groups.host.toLowerCase(), port }
}

function accessOf({ by, granted, anybody, expire, rump, mechanism, token }: Groups): UrlAccess | undefined {
  const kind = by ?? anybody
  // A verifier without an access part is invalid.
  if (kind === undefined) return token === undefined ? undefined : unsound()
  const expires = expire === undefined ? undefined : Date.parse(expire.toUpperCase())
  return {
    by: kind.toLowerCase() as UrlAccess['by'],
    user: decoded(granted),
    expires: Number.isNaN(expires) ? unsound() : expires,
    rump: rump!,
    verifier: token === undefined ? undefined : { mechanism: mechanism!.toUpperCase(), token },
  }
}

/** Writes the URL of a message relative to the server's root; the inverse of {@link readMessageUrl}. */
export function writeMessageUrl(
  url: Pick<MessageUrl, 'folder' | 'uidValidity' | 'uid' | 'section' | 'partial'>,
): string {
  const spec = writeSection(url.section)
  const { start, count } = url.partial ?? {}
  return [
    url.folder === undefined ? '' : `/${escaped(url.folder).replace(/^\//, '%2F')}`,
    url.folder === undefined || url.uidValidity === undefined ? '' : `;UIDVALIDITY=${url.uidValidity}`,
    url.folder === undefined ? '' : '/',
    `;UID=${url.uid}`,
    spec === '' ? '' : `/;SECTION=${escaped(spec)}`,
    start === undefined ? '' : `/;PARTIAL=${start}${count === undefined ? '' : `.${count}`}`,
  ].join('')
}

const escaped = (text: string): string => encodeURIComponent(text).replaceAll('%2F', '/')
