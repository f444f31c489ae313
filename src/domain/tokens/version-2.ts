import type { JsonObject } from '../../codecs/jwt/compact.ts'
import type { TokenClaims } from './types.ts'

/** contract/identity §4.3, §4.5: what version 2 calls otherwise. */
const renamed = { appid: 'azp', appidacr: 'azpacr', upn: 'preferred_username' } as const

/** The claims as a token of version 2 carries them. */
export function asVersion2(claims: TokenClaims): JsonObject {
  const entries = Object.entries(claims)
    .filter(([name]) => name !== 'app_displayname')
    .map(([name, value]) => [names.get(name) ?? name, value])
  return Object.fromEntries(entries) as JsonObject
}

/** The claims of a token of version 2 under the names of version 1. */
export function fromVersion2(claims: JsonObject): JsonObject {
  const entries = Object.entries(claims).map(([name, value]) => [namesBefore.get(name) ?? name, value])
  return { ...Object.fromEntries(entries), app_displayname: claims['azp'] } as JsonObject
}

const names = new Map<string, string>(Object.entries(renamed))
const namesBefore = new Map<string, string>([...names].map(([before, after]) => [after, before]))
