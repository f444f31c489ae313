import { X509Certificate } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import type { Log } from '../core/log.ts'
import type { Settings } from './settings.ts'

/** The names and URLs by which clients reach the server. */
export interface HostNames {
  /** Every name; greetings give the first. */
  readonly all: readonly [string, ...string[]]
  /** `https.public_url`; undefined if it is not set. */
  readonly publicUrl: string | undefined
  /** The base URL of HTTPS on a port, under a name that the certificate covers. */
  url(port: number): string
  /** The URL at which this machine reaches the listener; the certificate may not cover its host. */
  localUrl(port: number): string
}

/** The names that a certificate of the local authority covers. */
export function certificateNames({ server, https }: Settings): readonly [string, ...string[]] {
  const [first, ...others] = listenerNames(server.host)
  return https.public_url === '' ? [first, ...others] : distinct(first, ...others, hostOf(https.public_url))
}

/** `configured` is the certificate of `tls.certificate`; undefined for one of the local authority. */
export function hostNames(settings: Settings, configured: string | undefined, log: Log): HostNames {
  const { server, https } = settings
  const publicUrl = https.public_url === '' ? undefined : https.public_url
  const local = listenerNames(server.host)
  const covered = configured === undefined ? undefined : new X509Certificate(configured)
  const own = publicUrl === undefined ? preferredName(local, covered, log) : hostOf(publicUrl)
  const further = https.public_names.split(',').filter((name) => name !== '')
  return {
    all: distinct(own, ...local, ...(covered ? namesIn(covered) : []), ...further),
    publicUrl,
    url: (port) => publicUrl ?? `https://${inUrl(own)}:${port}`,
    localUrl: (port) => `https://${inUrl(localAddress(server.host))}:${port}`,
  }
}

/** The first listener name that the certificate covers, else the first name in the certificate. */
function preferredName(local: readonly [string, ...string[]], certificate: X509Certificate | undefined, log: Log) {
  if (!certificate) return local[0]
  const name = local.find((it) => covers(certificate, it)) ?? namesIn(certificate)[0]
  if (name !== undefined) return name
  log.warn(
    { names: certificate.subjectAltName ?? certificate.subject },
    'tls.certificate has no host name that can be used in a URL: set https.public_url',
  )
  return local[0]
}

/** Whether a certificate covers a host name or an address. */
export const covers = (certificate: X509Certificate, name: string): boolean =>
  (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined

/** Host names in a certificate, without those with wildcards; if it has none, its addresses. */
function namesIn({ subjectAltName = '' }: X509Certificate): readonly string[] {
  const of = (kind: string) =>
    [...subjectAltName.matchAll(new RegExp(`(?:^|, )${kind}:([\\w.:-]+)`, 'g'))].map(([, name]) => name!)
  const names = of('DNS')
  return (names.length > 0 ? names : of('IP Address')).map(canonical)
}

/** The names of the listeners' own address, the preferred one first. */
function listenerNames(host: string): [string, ...string[]] {
  const local: [string, ...string[]] = ['localhost', '127.0.0.1', '::1']
  return ['0.0.0.0', '::', ...local].includes(host) ? local : [canonical(host), ...local]
}

/** The address to connect to on this machine: nothing can connect to a wildcard address. */
const localAddress = (host: string): string => ({ '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? canonical(host)

/** RFC 5952: an IPv6 address as URLs and certificates spell it. */
const canonical = (host: string): string => (isIPv6(host) ? hostOf(`https://[${host}]`) : host)

/** RFC 3986 §3.2.2: an IPv6 address is written in brackets. */
const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host)

const hostOf = (url: string): string => new URL(url).hostname.replace(/^\[|\]$/g, '')

const distinct = (first: string, ...others: readonly string[]): [string, ...string[]] => [
  first,
  ...new Set(others.filter((name) => name !== first)),
]
