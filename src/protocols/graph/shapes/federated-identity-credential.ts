import type { FederatedCredential } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** contract/identity §2.3 */
export const federatedIdentityCredentialShape: Shape<FederatedCredential> = {
  type: 'federatedIdentityCredential',
  place: ({ id }) => ({ created: 0, id }),
  properties: {
    id: ({ id }) => id,
    name: ({ name }) => name,
    issuer: ({ issuer }) => issuer,
    subject: ({ subject }) => subject,
    description: ({ description }) => description,
    audiences: ({ audiences }) => audiences,
  },
}
