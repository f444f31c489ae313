import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode, deviceCodeV1 } from './device-code.ts'
import type { Grant } from './grant.ts'
import { onBehalfOf } from './on-behalf-of.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'

/** The grants that the token endpoint redeems, by `grant_type`. */
export const grants: ReadonlyMap<string, Grant> = new Map(
  [clientCredentials, authorizationCode, refreshToken, deviceCode, deviceCodeV1, onBehalfOf, password].map((grant) => [
    grant.type,
    grant,
  ]),
)
