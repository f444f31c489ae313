import { optional } from '../../cmdlet.ts'
import { boolean, nullable } from '../../parameter-type.ts'

/** docs/reference/exchange-admin.md §3.4 */
export const transportParameters = {
  SmtpClientAuthenticationDisabled: optional(
    boolean,
    'Whether SMTP lets nobody sign in, with a token neither, unless Set-CASMailbox says otherwise for a mailbox.',
  ),
  AllowLegacyTLSClients: optional(
    nullable(boolean),
    'Whether clients with old versions of TLS may send: kept and shown.',
  ),
} as const

/** As they are in the beginning: the first as for an organization that is older than 2020. */
export const transportInitial: Readonly<Record<keyof typeof transportParameters, boolean | null>> = {
  SmtpClientAuthenticationDisabled: false,
  AllowLegacyTLSClients: null,
}
