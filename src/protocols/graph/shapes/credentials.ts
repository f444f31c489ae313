import type { AppCertificate, AppSecret } from '../../../domain/directory/types.ts'
import { dateTime } from './shape.ts'

/** contract/identity §10.2: a secret's text is told by `addPassword` and never again. */
export const passwordCredential = (secret: AppSecret, secretText: string | null = null) => ({
  customKeyIdentifier: null,
  displayName: secret.displayName ?? null,
  endDateTime: dateTime(secret.ends),
  hint: secret.hint,
  keyId: secret.keyId,
  secretText,
  startDateTime: dateTime(secret.starts),
})

/** contract/identity §10.2: the certificate itself is told only where it was asked for. */
export const keyCredential = (certificate: AppCertificate, withKey: boolean) => ({
  customKeyIdentifier: Buffer.from(certificate.sha1, 'hex').toString('base64'),
  displayName: certificate.displayName ?? null,
  endDateTime: dateTime(certificate.ends),
  key: withKey ? Buffer.from(certificate.der).toString('base64') : null,
  keyId: certificate.keyId,
  startDateTime: dateTime(certificate.starts),
  type: certificate.type,
  usage: certificate.usage,
})
