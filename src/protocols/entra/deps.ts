import type { X509Certificate } from 'node:crypto'
import type { SettingsOf } from '../../core/settings.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Authorizations } from '../../domain/authorization/types.ts'
import type { Directory } from '../../domain/directory/types.ts'
import type { Tokens } from '../../domain/tokens/types.ts'
import type { IssuerKeys } from './client-authentication/issuer-keys.ts'
import type { entraSettings } from './settings.ts'

/** The dependencies of the token service. */
export interface EntraDeps {
  readonly directory: Directory
  readonly tokens: Tokens
  readonly authorizations: Authorizations
  readonly signIns: SignIns
  readonly issuerKeys: IssuerKeys
  /** The certificate authorities that apps may trust by name. */
  readonly authorities: readonly X509Certificate[]
  readonly world: World
  readonly settings: SettingsOf<typeof entraSettings>
  /** True to accept only what Entra's documentation describes, and no further variants that clients use. */
  readonly strict: boolean
  /** The host names of this server, without a port. */
  readonly names: readonly string[]
  /** The host in issuers: this server's, or Microsoft's. */
  readonly issuerHosts: 'self' | 'microsoft'
}
