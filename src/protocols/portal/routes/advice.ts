import { isoDateTime } from '../../../core/time.ts'
import type { Route } from '../../../core/http.ts'
import { type Advice, advise, consented, type Habit, roleFor } from '../advice/advice.ts'
import { equivalentOf } from '../advice/equivalents.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'

/** `postern advise`: what an app does over the mail protocols, and how it would with Graph. */
export const adviceRoute = (deps: PortalDeps): Route =>
  administratorRoute(deps, 'GET /postern/v1/:tenant/apps/:app/advice', async (request, { tenant }) => {
    return { status: 200, body: shown(await advise(deps, tenant, request.params.app!)) }
  })

const shown = ({ principal, habits, mailboxes, permissions, ...advice }: Advice) => ({
  app: { appId: principal.appId, servicePrincipalId: principal.id, displayName: principal.displayName },
  tenant: principal.tenant,
  mailboxes,
  operations: habits.map(habitShown),
  permissions: permissions.map(({ as, permission }) => ({
    kind: as === 'app' ? 'application' : 'delegated',
    permission: as === 'app' ? consented(permission) : permission,
    exchangeRole: as === 'app' ? roleFor(permission) : null,
    // docs/reference/graph-mail.md §4.1: what a person needs in a mailbox that is not their own.
    shared: as === 'person' ? `${permission}.Shared` : null,
  })),
  withoutEquivalent: advice.withoutEquivalent,
  commands: advice.commands,
  example: advice.example ?? null,
})

function habitShown({ operation, protocol, as, count, first, last, mailboxes }: Habit) {
  const { requests, permission, notes, without } = equivalentOf(operation)
  return {
    operation,
    protocol,
    as,
    count,
    mailboxes,
    firstDateTime: isoDateTime(first),
    lastDateTime: isoDateTime(last),
    requests,
    permission: permission === undefined ? null : as === 'app' ? consented(permission) : permission,
    notes,
    withoutEquivalent: without,
  }
}
