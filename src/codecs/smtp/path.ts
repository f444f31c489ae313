import { refuse } from '../../core/refusal.ts'

/** RFC 5321 §4.1.2: where mail comes from or goes to. */
export interface Path {
  /** The address, its local part without quotes; empty for the null path, without `@` for `<postmaster>`. */
  readonly address: string
  /** Whether it can be said without SMTPUTF8 (RFC 6531). */
  readonly ascii: boolean
}

/** RFC 5321 §4.5.3.1: with room to spare for addresses in other scripts. */
const LONGEST_LOCAL = 256
const LONGEST_DOMAIN = 255

const atom = String.raw`[^\x00-\x20\x7f()<>@,;:\\".[\]]+`
const dotted = `${atom}(?:\\.${atom})*`
const quoted = String.raw`"(?:[^\x00-\x1f\x7f"\\]|\\[\x20-\x7e])*"`
const label = String.raw`[a-z\d\x80-\xff](?:[a-z\d\x80-\xff_-]*[a-z\d\x80-\xff])?`
const domain = `(?:${label}(?:\\.${label})*\\.?|\\[[a-z\\d.:]+\\])`
/** RFC 5321 §4.1.2 and appendix C: a route may stand there, and is passed over. */
const route = `(?:@${domain}(?:,@${domain})*:)?`
const mailbox = `(?<local>${dotted}|${quoted})(?:@(?<domain>${domain}))?`
const bracketed = new RegExp(`^<(?:${route}${mailbox})?>(?<rest>(?: .*)?)$`, 'is')
const bare = new RegExp(`^${mailbox}(?<rest>(?: .*)?)$`, 'is')

/**
 * Reads a path, and answers with what stands behind it. Takes octets, one character each. Angle brackets may be missing:
 * scripts that speak SMTP by hand forget them. Refuses `bad-syntax`.
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
