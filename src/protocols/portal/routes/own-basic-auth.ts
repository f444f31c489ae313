import { isoDateTime } from '../../../core/time.ts'
import { admittedAs } from '../../../access/rights.ts'
import { roleFor } from '../../../access/checks/assignments.ts'
import { enableOwnBasicAuth } from '../../../cmdlets/postern/basic-auth.ts'
import { bearerOf, bearerRoute, type Route } from '../../../core/http.ts'
import { refuse } from '../../../core/refusal.ts'
import { basicProtocols } from '../basic-auth/report.ts'
import { protocolToEnable } from '../basic-auth/terms.ts'
import type { PortalDeps } from '../deps.ts'
import { directoryOf } from '../on-record.ts'

/**
 * `Enable-OwnBasicAuth`: the owner of a mailbox enables a retired protocol for it again, with their own token in an app
 * that may open the mailbox over that protocol. docs/reference/exchange-admin.md §10.2: once per protocol.
 */
export const ownBasicAuthRoute = (deps: PortalDeps): Route =>
  bearerRoute(
    'POST /postern/v1/own-basic-auth',
    async (request) =>
      admittedAs(await deps.access.authorize({ bearer: bearerOf(request), api: 'exchange', from: request.from })),
    async (request, caller) => {
      const word = protocolToEnable(request.body)
      const { delegated } = roleFor[basicProtocols[word]]
      if (caller.kind !== 'user' || !caller.scopes.has(delegated)) {
        return refuse('not-allowed', `That takes a token of the person whose mailbox it is, with ${delegated}.`)
      }
      const { tenant, user } = caller
      const found = await deps.directory.mailboxes.find(tenant, user.id)
      const mailbox =
        found?.externalDirectoryObjectId === user.id
          ? found
          : refuse('no-such-thing', `The user ${user.userPrincipalName} has no mailbox.`)
      const by = { directory: deps.directory, request, caller, cmdlet: enableOwnBasicAuth }
      const { cutOff } = await directoryOf(by).retirementPlans.reEnableOwn(tenant, mailbox, word)
      return {
        status: 200,
        body: { mailbox: mailbox.primarySmtpAddress, protocol: word, untilDateTime: isoDateTime(cutOff) },
      }
    },
  )
