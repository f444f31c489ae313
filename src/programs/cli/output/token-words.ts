import { isoSeconds } from '../../../core/time.ts'
import { printable } from './table.ts'

/** docs/reference/identity.md §4.2, §4.3, as far as it is told of. */
export interface ShownClaims {
  readonly aud?: string
  readonly iss?: string
  readonly iat?: number
  readonly nbf?: number
  readonly exp?: number
  readonly app_displayname?: string
  readonly appid?: string
  readonly azp?: string
  readonly appidacr?: string
  readonly azpacr?: string
  readonly oid?: string
  readonly tid?: string
  readonly roles?: readonly string[]
}

const proofs: Readonly<Record<string, string>> = { '1': 'a client secret', '2': 'a certificate' }

/** A token's claims as text for people. */
export function tokenInWords(claims: ShownClaims): string {
  const { roles = [] } = claims
  const lines: [string, string | undefined][] = [
    ['for', claims.aud],
    ['roles', roles.length > 0 ? roles.join(', ') : 'none: no consent to an application permission of this resource'],
    ['app', claims.app_displayname],
    ['client id', claims.appid ?? claims.azp],
    ['service principal', claims.oid],
    ['tenant', claims.tid],
    ['proved by', proofs[claims.appidacr ?? claims.azpacr ?? '']],
    ['issued by', claims.iss],
    ['valid until', claims.exp === undefined ? undefined : validity(claims.exp, claims.iat ?? claims.nbf)],
  ]
  const known = lines.filter(([, value]) => value !== undefined)
  return `${['A token', ...known.map(([name, value]) => `  ${name.padEnd(18)} ${printable(value!)}`)].join('\n')}\n`
}

function validity(end: number, start: number | undefined): string {
  const until = isoSeconds(end * 1000)
  return start === undefined ? until : `${until} (a lifetime of ${Math.round((end - start) / 60)} minutes)`
}
