import { refuse } from '../../core/refusal.ts'
import { ArgumentWords } from '../argument-words.ts'

/** RFC 5321 §4.1.1: a verb in any letter case, and its arguments. */
export interface SmtpCommandLine {
  /** In upper case. */
  readonly verb: string
  readonly args: SmtpArguments
}

/** Names in upper case; undefined for a parameter that has no value. */
export type SmtpParameters = ReadonlyMap<string, string | undefined>

/** RFC 5321 §4.1.2: a reverse-path or forward-path. */
export interface Path {
  /** The address, its local part without quotes; empty for the null path, without `@` for `<postmaster>`. */
  readonly address: string
  /** Whether the address is valid without SMTPUTF8 (RFC 6531). */
  readonly ascii: boolean
}

/** Refuses `bad-syntax` for a line that does not begin with a verb. */
export function readCommand(line: Buffer): SmtpCommandLine {
  const found = /^([A-Za-z\d]{1,16})(?: (.*))?$/s.exec(line.toString('latin1').trimEnd())
  if (!found) return refuse('bad-syntax', 'That is not a command')
  return { verb: found[1]!.toUpperCase(), args: new SmtpArguments(found[2] ?? '') }
}

/** The arguments of an SMTP command. */
export class SmtpArguments extends ArgumentWords {
  number(): number {
    const word = this.word()
    return /^\d{1,15}$/.test(word) ? Number(word) : refuse('bad-syntax', 'A number was expected')
  }

  /** `FROM:<path>` or `TO:<path>`. */
  path(keyword: 'FROM' | 'TO'): Path {
    const at = keyword.length + 1
    const text = this.left.trimStart()
    if (text.slice(0, at).toUpperCase() !== `${keyword}:`) refuse('bad-syntax', `${keyword}: was expected`)
    // Many clients send a space here, which RFC 5321 §3.3 does not allow.
    const { path, rest } = readPath(text.slice(at).trimStart())
    this.left = rest
    return path
  }

  /** The unread rest as parameters (RFC 5321 §4.1.2). */
  parameters(): SmtpParameters {
    return readParameters(this.rest())
  }

  /** The unread rest without the spaces around it. */
  override rest(): string {
    return super.rest().trim()
  }
}

/** More parameters than any command has. */
const MOST = 20

const shape = /^([a-z\d][a-z\d-]*)(?:=([^\s=\x00-\x1f\x7f][^\s\x00-\x1f\x7f]*))?$/i

/** RFC 5321 §4.1.2: `esmtp-param`s, separated by spaces. Refuses `bad-syntax`, also for a repeated name. */
export function readParameters(text: string): SmtpParameters {
  const parameters = new Map<string, string | undefined>()
  for (const word of text.split(' ').filter((it) => it !== '')) {
    const [, name, value] = shape.exec(word) ?? refuse('bad-syntax', 'That is not a parameter')
    const upper = name!.toUpperCase()
    if (parameters.has(upper) || parameters.size >= MOST) refuse('bad-syntax', 'That is a parameter too many')
    parameters.set(upper, value)
  }
  return parameters
}

/** RFC 3461 §4: decodes text in which `+` and two hex digits encode an octet. Refuses `bad-syntax`. */
export function decodeXtext(text: string): string {
  if (!/^(?:[!-*,-<>-~]|\+[\dA-F]{2})*$/.test(text)) refuse('bad-syntax', 'That is not xtext')
  return text.replaceAll(/\+([\dA-F]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
}

/** RFC 5321 §4.5.3.1, with extra room for addresses in other scripts. */
const LONGEST_LOCAL = 256
const LONGEST_DOMAIN = 255

const atom = String.raw`[^\x00-\x20\x7f()<>@,;:\\".[\]]+`
const dotted = `${atom}(?:\\.${atom})*`
const quoted = String.raw`"(?:[^\x00-\x1f\x7f"\\]|\\[\x20-\x7e])*"`
const label = String.raw`[a-z\d\x80-\xff](?:[a-z\d\x80-\xff_-]*[a-z\d\x80-\xff])?`
const domain = `(?:${label}(?:\\.${label})*\\.?|\\[[a-z\\d.:]+\\])`
/** RFC 5321 §4.1.2 and appendix C: a source route is allowed, and ignored. */
const route = `(?:@${domain}(?:,@${domain})*:)?`
const mailbox = `(?<local>${dotted}|${quoted})(?:@(?<domain>${domain}))?`
const bracketed = new RegExp(`^<(?:${route}${mailbox})?>(?<rest>(?: .*)?)$`, 'is')
const bare = new RegExp(`^${mailbox}(?<rest>(?: .*)?)$`, 'is')

/**
 * Reads a path, and returns it with the text behind it. The argument has one character an octet. The angle brackets may
 * be missing, because some scripts omit them. Refuses `bad-syntax`.
 */
export function readPath(octets: string): { path: Path; rest: string } {
  const found = (bracketed.exec(octets) ?? bare.exec(octets))?.groups
  if (!found) return refuse('bad-syntax', 'That is not an address')
  const { local, domain: host, rest = '' } = found
  if (local === undefined) return { path: { address: '', ascii: true }, rest }
  const plain = local.startsWith('"') ? local.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : local
  if (host === undefined && plain.toLowerCase() !== 'postmaster') refuse('bad-syntax', 'The address has no domain')
  if (plain.length > LONGEST_LOCAL || (host?.length ?? 0) > LONGEST_DOMAIN)
    refuse('bad-syntax', 'The address is too long')
  const address = host === undefined ? plain : `${plain}@${host.replace(/\.$/, '')}`
  return { path: { address: utf8(address), ascii: !/[\x80-\xff]/.test(address) }, rest }
}

const decoder = new TextDecoder('utf-8', { fatal: true })

function utf8(octets: string): string {
  try {
    return decoder.decode(Buffer.from(octets, 'latin1'))
  } catch {
    return refuse('bad-syntax', 'The address is not UTF-8')
  }
}
