import { audience } from './audience.ts'
import { exchangeServicePrincipal } from './exchange-service-principal.ts'
import type { LinkOfDecision } from './link.ts'
import { mailboxPermission } from './mailbox-permission.ts'
import { mailbox } from './mailbox.ts'
import { protocolEnabled } from './protocol-enabled.ts'
import { role } from './role.ts'
import { servicePrincipal } from './service-principal.ts'

/** Everything between a good token and an open mailbox, in the order in which it is judged. */
export const mailLinks: readonly LinkOfDecision[] = [
  audience,
  role,
  servicePrincipal,
  exchangeServicePrincipal,
  mailbox,
  protocolEnabled,
  mailboxPermission,
]
