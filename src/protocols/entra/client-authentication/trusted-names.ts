import type { X509Certificate } from 'node:crypto'
import type { App } from '../../../domain/directory/types.ts'
import { deny } from '../errors/errors.ts'
import { trustedPath } from './certificate-path.ts'

/** Whose certificates an app takes without having been told of each: by their name, from an authority of that name. */
interface TrustedName {
  readonly subjectName: string
  readonly issuer: string
}

/**
 * The chain in an assertion's header (RFC 7515 §4.1.6). contract/identity §2.2: it may be one certificate without a list
 * around it, which `strict` does not take.
 */
export function chainOf(x5c: unknown, strict: boolean): readonly Buffer[] | undefined {
  const listed: unknown = typeof x5c === 'string' && !strict ? [x5c] : x5c
  if (!Array.isArray(listed) || !listed.every(isBase64)) return undefined
  return listed.map((it) => Buffer.from(it, 'base64'))
}

const isBase64 = (it: unknown): it is string => typeof it === 'string' && /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(it)

/** What an app was given as `trustedSubjectNameAndIssuers`; what is no such thing in it is passed over. */
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

/** The certificate at the head of a chain, where its authorities are trusted and the app takes its name from one of them. */
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
