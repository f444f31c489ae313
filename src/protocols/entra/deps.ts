import type { X509Certificate } from 'node:crypto'
import type { SettingsOf } from '../../core/settings.ts'
import type { World } from '../../core/world.ts'
import type { SignIns } from '../../domain/audit/types.ts'
import type { Authorizations } from '../../domain/authorization/types.ts'
import type { Directory } from '../../domain/directory/types.ts'
import type { Tokens } from '../../domain/tokens/types.ts'
import type { IssuerKeys } from './client-authentication/issuer-keys.ts'
import type { entraSettings } from './settings.ts'

/** What the token service is handed. */
export interface EntraDeps {
  readonly directory: Directory
  readonly tokens: Tokens
  readonly authorizations: Authorizations
  readonly signIns: SignIns
  readonly issuerKeys: IssuerKeys
  /** Whose certificates are taken for the names that apps trust. */
  readonly authorities: readonly X509Certificate[]
  readonly world: World
  readonly settings: SettingsOf<typeof entraSettings>
  /** Takes only what Entra's documentation names, where clients in the field are allowed more. */
  readonly strict: boolean
  /** The host names under which this server is known, without a port. */
  readonly names: readonly string[]
  /** Whose hosts issuers name: this server's, or Microsoft's well-known ones. */
  readonly issuerHosts: 'self' | 'microsoft'
}
