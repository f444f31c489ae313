import { isoDateTime } from '../../../core/time.ts'
import { explained } from '../../../access/records/record.ts'
import { actsAsOperator } from '../../../access/admin/decide.ts'
import type { Caller, GraphPermission, MailProtocol } from '../../../access/types.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import type { TenantId } from '../../../core/ids.ts'
import { refuse } from '../../../core/refusal.ts'
import type { SignInScope } from '../../../domain/audit/types.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'

/** Why a sign-in was refused, or would be: the decision as it was, or would be, made. */
export const signInRoutes = (deps: PortalDeps): readonly Route[] => [
  administratorRoute(deps, 'GET /postern/v1/:tenant/sign-ins/last-refused', async (_, caller) => {
    await deps.signIns.settled()
    const found = await deps.signIns.lastRefused(await scopeOf(deps, caller))
    return { status: 200, body: explained(found ?? refuse('no-such-thing', 'No sign-in was refused yet.')) }
  }),

  administratorRoute(deps, 'GET /postern/v1/:tenant/sign-ins/:id', async (request, caller) => {
    await deps.signIns.settled()
    const id = request.params.id!
    const scope = await scopeOf(deps, caller)
    const found = (await deps.signIns.find(scope, id)) ?? (await deps.signIns.correlated(scope, id))
    return { status: 200, body: explained(found ?? refuse('no-such-thing', 'There is no such sign-in.')) }
  }),

  administratorRoute(deps, 'GET /postern/v1/:tenant/simulate', async (request, { tenant }) => {
    const requested = (name: string) => request.query.get(name) ?? refuse('bad-syntax', `The query lacks ${name}.`)
    const protocol = protocolOf(requested('protocol'))
    if (request.query.get('authentication') === 'password') {
      return {
        status: 200,
        body: await withPassword(deps, tenant, { protocol, mailbox: requested('mailbox'), request }),
      }
    }
    const simulated = await deps.access.simulate(tenant, {
      mailbox: requested('mailbox'),
      app: requested('app'),
      protocol,
      user: request.query.get('user') ?? undefined,
      permission: permissionOf(request.query.get('permission')),
      from: request.query.get('from') ?? undefined,
    })
    return { status: 200, body: { ...explained(simulated), signInId: null } }
  }),
]

/** The operator also sees the sign-ins that belong to no tenant. */
const scopeOf = async ({ directory }: PortalDeps, caller: Caller): Promise<SignInScope> => ({
  tenant: caller.tenant,
  withoutTenant: await actsAsOperator(directory, 'administerServer', caller),
})

async function withPassword(
  { access }: PortalDeps,
  tenant: TenantId,
  requested: { readonly protocol: MailProtocol | 'graph'; readonly mailbox: string; readonly request: HttpRequest },
) {
  const { protocol, mailbox, request } = requested
  if (protocol === 'graph') return refuse('bad-syntax', 'Graph takes no passwords.')
  if (request.query.has('from')) return refuse('bad-syntax', 'A sender is simulated of an app.')
  const user = request.query.get('user') ?? undefined
  const { signIn, changes } = await access.simulatePassword(tenant, { mailbox, protocol, user })
  const message = changes.map(({ at, ...change }) => ({ at: isoDateTime(at), ...change }))
  return { ...explained(signIn), signInId: null, changes: message }
}

const protocols: readonly (MailProtocol | 'graph')[] = ['imap', 'pop3', 'smtp', 'graph']

const protocolOf = (text: string): MailProtocol | 'graph' =>
  protocols.find((it) => it === text.toLowerCase()) ??
  refuse('bad-syntax', `The protocol is one of ${protocols.join(', ')}.`)

const permissions: readonly GraphPermission[] = ['Mail.ReadBasic', 'Mail.Read', 'Mail.ReadWrite', 'Mail.Send']

const permissionOf = (text: string | null): GraphPermission | undefined =>
  text === null
    ? undefined
    : (permissions.find((it) => it.toLowerCase() === text.toLowerCase()) ??
      refuse('bad-syntax', `The permission is one of ${permissions.join(', ')}.`))
