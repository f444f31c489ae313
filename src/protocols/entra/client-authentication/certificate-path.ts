import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { App } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'

/** The most certificates in a path, without the root authority. */
const LONGEST = 5

/** Critical extensions that a path may have: those that are checked here, and those that have no effect here. */
const understood: ReadonlySet<string> = new Set([
  '2.5.29.15', // key usage
  '2.5.29.19', // basic constraints
  '2.5.29.37', // extended key usage
  '2.5.29.17', // subject alternative name
])

/** One certificate of a path, parsed. */
interface Certificate {
  readonly checked: X509Certificate
  /** Milliseconds since the epoch. */
  readonly starts: number
  readonly ends: number
  /** Object identifiers of critical extensions. */
  readonly critical: readonly string[]
  readonly isAuthority: boolean
  /** The most authorities below this one. */
  readonly pathLength: number | undefined
  readonly mayCertify: boolean
  readonly names: readonly string[]
  readonly dnsNames: readonly string[]
}

/** The client's certificate, and the names of its authorities. */
export interface TrustedPath {
  readonly leaf: X509Certificate
  /** The certificate's common names, DNS names and full name. */
  readonly subjectNames: readonly string[]
  /** The common name and the full name of each authority in the path. */
  readonly issuerNames: readonly string[]
}

/**
 * Validates a path by RFC 5280 §6.1, as far as client certificates need it: signatures, validity, the right to sign
 * certificates, and path length. It fetches nothing and checks no revocation: remove a lost certificate from the app.
 * Returns the reason if the path is not trusted.
 */
export function trustedPath(
  presented: readonly Buffer[],
  authorities: readonly X509Certificate[],
  now: number,
): TrustedPath | string {
  if (presented.length === 0 || presented.length > LONGEST) return `It has ${presented.length} certificates.`
  const path = presented.map(certificateOf)
  if (!path.every((it) => it !== undefined)) return 'It has a certificate that cannot be read.'
  for (const [place, certificate] of path.entries()) {
    const fault = faultOf(certificate, now) ?? (place > 0 ? authorityFault(certificate, place - 1) : undefined)
    if (fault !== undefined) return fault
    const anchor = authorities
      .filter((it) => issued(it, certificate.checked))
      .flatMap(({ raw }) => certificateOf(raw) ?? [])
      .find((it) => !faultOf(it, now) && !authorityFault(it, place))
    if (anchor) return described(path[0]!, [...path.slice(1, place + 1), anchor])
    const next = path[place + 1]
    // RFC 7515 §4.1.6: each certifies the one before it.
    if (next && !issued(next.checked, certificate.checked)) return 'A certificate was not issued by the one after it.'
  }
  return 'No authority that is trusted issued it.'
}

function certificateOf(der: Uint8Array): Certificate | undefined {
  try {
    return readCertificate(der)
  } catch {
    // The input is untrusted, and the parser throws many kinds of errors.
    return undefined
  }
}

/** Node verifies signatures but does not expose extensions; the other parser does. */
function readCertificate(der: Uint8Array): Certificate {
  const read = new x509.X509Certificate(Buffer.from(der))
  const constraints = read.getExtension(x509.BasicConstraintsExtension)
  const usage = read.getExtension(x509.KeyUsagesExtension)
  const alternatives = read.getExtension(x509.SubjectAlternativeNameExtension)
  return {
    checked: new X509Certificate(der),
    starts: read.notBefore.getTime(),
    ends: read.notAfter.getTime(),
    critical: read.extensions.filter(({ critical }) => critical).map(({ type }) => type),
    isAuthority: constraints?.ca === true,
    pathLength: constraints?.pathLength,
    mayCertify: !usage || (usage.usages & x509.KeyUsageFlags.keyCertSign) !== 0,
    names: [...read.subjectName.getField('CN'), read.subject],
    dnsNames: alternatives?.names.items.flatMap(({ type, value }) => (type === 'dns' ? [value] : [])) ?? [],
  }
}

/** Compares names, key identifiers and key usage, and verifies the signature. */
const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  subject.checkIssued(issuer) && subject.verify(issuer.publicKey)

function faultOf({ checked: { subject }, starts, ends, critical }: Certificate, now: number): string | undefined {
  if (starts > now) return `The certificate of ${subject} is not valid yet.`
  if (ends <= now) return `The certificate of ${subject} is expired.`
  // RFC 5280 §4.2: a critical extension that is not supported, name constraints included, makes the path invalid.
  const strange = critical.find((type) => !understood.has(type))
  return strange && `The certificate of ${subject} has the critical extension ${strange}.`
}

/** RFC 5280 §4.2.1.3 and §4.2.1.9. `below` is the number of authorities between it and the client. */
function authorityFault(
  { checked, isAuthority, pathLength, mayCertify }: Certificate,
  below: number,
): string | undefined {
  if (!checked.ca || !isAuthority) return `${checked.subject} is no authority.`
  if (pathLength !== undefined && pathLength < below) return `${checked.subject} may not stand so far above a client.`
  return mayCertify ? undefined : `${checked.subject} may not sign certificates.`
}

const described = (leaf: Certificate, above: readonly Certificate[]): TrustedPath => ({
  leaf: leaf.checked,
  subjectNames: [...leaf.names, ...leaf.dnsNames],
  issuerNames: above.flatMap(({ names }) => names),
})

/** A subject name that an app trusts if it comes from the named authority. */
interface TrustedName {
  readonly subjectName: string
  readonly issuer: string
}

/**
 * The chain in an assertion's header (RFC 7515 §4.1.6). docs/reference/identity.md §2.2: it may be one certificate
 * instead of a list, unless `strict`.
 */
export function chainOf(x5c: unknown, strict: boolean): readonly Buffer[] | undefined {
  const listed: unknown = typeof x5c === 'string' && !strict ? [x5c] : x5c
  if (!Array.isArray(listed) || !listed.every(isBase64)) return undefined
  return listed.map((it) => Buffer.from(it, 'base64'))
}

const isBase64 = (it: unknown): it is string => typeof it === 'string' && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(it)

/** Reads `trustedSubjectNameAndIssuers` of an app. Malformed entries are ignored. */
export function trustedNamesOf({ properties }: App): readonly TrustedName[] {
  const given = properties['trustedSubjectNameAndIssuers']
  return (Array.isArray(given) ? given : []).filter(isTrustedName)
}

const isTrustedName = (it: unknown): it is TrustedName =>
  typeof it === 'object' &&
  it !== null &&
  'subjectName' in it &&
  'issuer' in it &&
  typeof it.subjectName === 'string' &&
  typeof it.issuer === 'string'

/** Returns the first certificate of a chain if its authorities are trusted and the app trusts its name. */
export function namedCertificate(
  chain: readonly Buffer[],
  names: readonly TrustedName[],
  trusted: { readonly authorities: readonly X509Certificate[]; readonly now: number },
): X509Certificate {
  const path = trustedPath(chain, trusted.authorities, trusted.now)
  if (typeof path === 'string') return deny(50012, path)
  const taken = names.some(
    ({ subjectName, issuer }) => isAmong(path.subjectNames, subjectName) && isAmong(path.issuerNames, issuer),
  )
  return taken ? path.leaf : deny(700030, path.subjectNames[0] ?? '')
}

const isAmong = (held: readonly string[], name: string): boolean =>
  held.some((it) => it.toLowerCase() === name.toLowerCase())
