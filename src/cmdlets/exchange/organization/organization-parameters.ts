import { optional } from '../../cmdlet.ts'
import { boolean, choice, nullable, text, texts } from '../../parameter-type.ts'
import { ewsPolicies } from '../mailboxes/cas-parameters.ts'

/** docs/reference/exchange-admin.md §11.3: what `Set-OrganizationConfig` keeps for what is not served here. */
export const organizationParameters = {
  EwsEnabled: optional(nullable(boolean), 'Whether Exchange Web Services are on: kept and shown.'),
  EwsAllowedAppIDs: optional(nullable(text), 'Which apps may use Exchange Web Services, as a,b: kept and shown.'),
  EwsApplicationAccessPolicy: optional(
    nullable(choice(ewsPolicies)),
    'Which of the lists counts for Exchange Web Services: kept and shown.',
  ),
  EwsAllowList: optional(nullable(texts), 'User agents that may use Exchange Web Services: kept and shown.'),
  EwsBlockList: optional(nullable(texts), 'User agents that may not use Exchange Web Services: kept and shown.'),
  OAuth2ClientProfileEnabled: optional(boolean, 'Whether clients sign in with tokens, which they do: kept and shown.'),
  RejectDirectSend: optional(
    boolean,
    'Whether mail from outside in the name of the organization is refused: kept and shown.',
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
