import type { Consent } from '../../../domain/directory/types.ts'
import type { Shape } from './shape.ts'

/** contract/identity §10.1: `scope` is a list of values parted by spaces. */
export const oauth2PermissionGrantShape: Shape<Consent> = {
  type: 'oAuth2PermissionGrant',
  place: (consent) => consent,
  properties: {
    clientId: (consent) => consent.client,
    consentType: (consent) => consent.consentType,
    id: (consent) => consent.id,
    principalId: (consent) => consent.user,
    resourceId: (consent) => consent.resource,
    scope: (consent) => consent.scopes.join(' '),
  },
}
