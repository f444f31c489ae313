import { optional } from '../../cmdlet.ts'
import { boolean, choice, nullable, text, texts } from '../../parameter-type.ts'
import { ewsPolicies } from '../mailboxes/cas-parameters.ts'

/** docs/reference/exchange-admin.md §11.3: what `Set-OrganizationConfig` keeps for what is not served here. */
export const organizationParameters = {
  EwsEnabled: optional(nullable(boolean), 'Whether Exchange Web Services are on; stored and shown, without effect.'),
  EwsAllowedAppIDs: optional(
    nullable(text),
    'The apps that may use Exchange Web Services, as a,b; stored and shown, without effect.',
  ),
  EwsApplicationAccessPolicy: optional(
    nullable(choice(ewsPolicies)),
    'Which list applies to Exchange Web Services; stored and shown, without effect.',
  ),
  EwsAllowList: optional(
    nullable(texts),
    'User agents that may use Exchange Web Services; stored and shown, without effect.',
  ),
  EwsBlockList: optional(
    nullable(texts),
    'User agents that may not use Exchange Web Services; stored and shown, without effect.',
  ),
  OAuth2ClientProfileEnabled: optional(
    boolean,
    'Whether clients can sign in with tokens; stored and shown, without effect: they always can.',
  ),
  RejectDirectSend: optional(
    boolean,
    'Whether unauthenticated mail in the name of the organization is rejected; stored and shown, without effect.',
  ),
} as const

/** As they are in the beginning. */
export const organizationInitial: Readonly<
  Record<keyof typeof organizationParameters, boolean | string | readonly string[] | null>
> = {
  EwsEnabled: null,
  EwsAllowedAppIDs: null,
  EwsApplicationAccessPolicy: null,
  EwsAllowList: null,
  EwsBlockList: null,
  OAuth2ClientProfileEnabled: true,
  RejectDirectSend: false,
}
