import { optional } from '../../cmdlet.ts'
import { boolean, nullable } from '../../parameter-type.ts'

/** docs/reference/exchange-admin.md §3.4 */
export const transportParameters = {
  SmtpClientAuthenticationDisabled: optional(
    boolean,
    'Disables SMTP submission, also with a token, unless Set-CASMailbox overrides it for a mailbox.',
  ),
  AllowLegacyTLSClients: optional(
    nullable(boolean),
    'Whether clients with old versions of TLS may send; stored and shown, without effect.',
  ),
} as const

/** As they are in the beginning: the first as for an organization that is older than 2020. */
export const transportInitial: Readonly<Record<keyof typeof transportParameters, boolean | null>> = {
  SmtpClientAuthenticationDisabled: false,
  AllowLegacyTLSClients: null,
}
