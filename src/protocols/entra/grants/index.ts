import { clientCredentials } from './client-credentials.ts'
import type { Grant } from './grant.ts'

/** The grants that the token endpoint redeems, by `grant_type`. */
export const grants: ReadonlyMap<string, Grant> = new Map([clientCredentials].map((grant) => [grant.type, grant]))
