import type { Guid } from '../../../core/ids.ts'

/** What Entra calls every change of an app's credentials. */
export const CREDENTIALS = 'Update application – Certificates and secrets management'

/** A credential in the audit's words. */
export const keyOf = (
  { keyId, displayName = '' }: { keyId: Guid; displayName?: string | undefined },
  type: 'Password' | 'AsymmetricX509Cert',
): string => `[KeyIdentifier=${keyId},KeyType=${type},KeyUsage=Verify,DisplayName=${displayName}]`
