import { actsAsOperator } from '../../../access/admin/decide.ts'
import { explained } from '../../../access/records/record.ts'
import { conjuncts, demandsOf, type Literal, type ODataFilter } from '../../../codecs/odata/filter.ts'
import type { AppId } from '../../../core/ids.ts'
import type {
  SignIn,
  SignInFilter,
  SignInKind,
  SignInProtocol,
  SignInScope,
  UsedCredential,
} from '../../../domain/audit/types.ts'
import type { ServicePrincipal } from '../../../domain/directory/types.ts'
import { ok } from '../answers.ts'
import { type Collection, type CollectionRequest, page, single } from '../collection.ts'
import { type GraphCall, graphRoute, timeBounds } from '../graph-route.ts'
import { refuseUnknown } from '../objects.ts'
import { dateTime, type Shape } from '../shapes/shape.ts'

interface ShownSignIn {
  readonly signIn: SignIn
  /** The app's service principal; undefined if it was removed or never existed. */
  readonly principal: ServicePrincipal | undefined
}

/** Records that are read together. */
const CHUNK = 500

const listSignIns = graphRoute('GET /auditLogs/signIns', {
  needs: 'readAudit',
  run: async (call) => ok(call.request, await page(call.request, signInsFor(call))),
})

const getSignIn = graphRoute('GET /auditLogs/signIns/:id', {
  needs: 'readAudit',
  run: async (call) => {
    const { id = '' } = call.request.params
    const found = (await call.signIns.find(await scopeOf(call), id)) ?? refuseUnknown(id)
    const [shown] = await withPrincipals(call, [found], new Map())
    return ok(call.request, await single(call.request, signInsFor(call), shown!))
  },
})

export const signInRoutes = [listSignIns, getSignIn]

const signInsFor = (call: GraphCall): Collection<ShownSignIn> => ({
  of: 'auditLogs/signIns',
  shape: signInShape,
  newestFirst: 'createdDateTime',
  largestPage: 1000,
  chunks: (criteria) => chunksOf(call, criteria),
})

/** The operator also sees the sign-ins that belong to no tenant. */
const scopeOf = async ({ caller, directory }: GraphCall): Promise<SignInScope> => ({
  tenant: caller.tenant,
  withoutTenant: await actsAsOperator(directory, 'readServerAudit', caller),
})

async function* chunksOf(
  call: GraphCall,
  { after, filter }: CollectionRequest,
): AsyncGenerator<readonly ShownSignIn[]> {
  const known: Principals = new Map()
  const narrowed = narrowing(filter)
  const scope = await scopeOf(call)
  let before = after && { at: after.created, signInId: after.id as SignIn['signInId'] }
  for (;;) {
    const found = await call.signIns.page(scope, {
      ...narrowed,
      limit: CHUNK,
      ...(before ? { before } : {}),
    })
    yield await withPrincipals(call, found, known)
    if (found.length < CHUNK) return
    before = found.at(-1)
  }
}

/** The conditions for the search in the database. It finds all records that match the filter, and others. */
function narrowing(filter: ODataFilter | undefined): SignInFilter {
  const demands = demandsOf(filter)
  const text = (name: string, key: keyof SignInFilter) => given(key, demands.get(name), 'string')
  return {
    ...text('id', 'signInId'),
    ...text('appid', 'appId'),
    ...text('userid', 'userId'),
    ...text('resourceid', 'resourceId'),
    ...text('correlationid', 'correlation'),
    ...given('errorCode', demands.get('status/errorcode'), 'number'),
    ...kindsIn(filter),
    ...timeBounds(filter, 'createdDateTime'),
  }
}

const given = (key: keyof SignInFilter, value: Literal | undefined, type: 'string' | 'number'): SignInFilter =>
  typeof value === type ? { [key]: value } : {}

const kinds: readonly SignInKind[] = ['servicePrincipal', 'interactiveUser', 'nonInteractiveUser']

/** `signInEventTypes/any(t: t eq 'servicePrincipal')` */
function kindsIn(filter: ODataFilter | undefined): SignInFilter {
  for (const part of filter === undefined ? [] : conjuncts(filter)) {
    if (part.kind !== 'any' || part.path[0].toLowerCase() !== 'signineventtypes') continue
    const requested = part.each?.filter
    if (requested?.kind !== 'eq' || requested.path.join('/') !== part.each?.variable) continue
    const { value } = requested
    return { kinds: kinds.filter((kind) => typeof value === 'string' && kind.toLowerCase() === value.toLowerCase()) }
  }
  return {}
}

type Principals = Map<AppId, ServicePrincipal | undefined>

async function withPrincipals(
  { caller, directory }: GraphCall,
  signIns: readonly SignIn[],
  known: Principals,
): Promise<readonly ShownSignIn[]> {
  for (const appId of new Set(signIns.flatMap(({ app }) => app?.appId ?? []))) {
    if (!known.has(appId)) known.set(appId, await directory.servicePrincipals.find(caller.tenant, { appId }))
  }
  return signIns.map((signIn) => ({ signIn, principal: signIn.app && known.get(signIn.app.appId) }))
}

/** docs/reference/identity.md §10.2; `posternDecision` is Postern's own: the reason for the decision, and the fix. */
const signInShape: Shape<ShownSignIn> = {
  type: 'signIn',
  position: ({ signIn }) => ({ created: signIn.at, id: signIn.signInId }),
  properties: {
    id: ({ signIn }) => signIn.signInId,
    createdDateTime: ({ signIn }) => dateTime(signIn.at),
    userDisplayName: ({ signIn }) => signIn.user?.displayName,
    userPrincipalName: ({ signIn }) => signIn.user?.userPrincipalName ?? mailboxOf(signIn),
    userId: ({ signIn }) => signIn.user?.id,
    appId: ({ signIn }) => signIn.app?.appId,
    appDisplayName: ({ signIn, principal }) => signIn.appDisplayName ?? principal?.displayName,
    ipAddress: ({ signIn }) => signIn.from,
    clientAppUsed: ({ signIn }) => clientApp(signIn),
    correlationId: ({ signIn }) => signIn.correlation,
    conditionalAccessStatus: () => 'notApplied',
    isInteractive: ({ signIn }) => signIn.kind === 'interactiveUser',
    signInEventTypes: ({ signIn }) => [signIn.kind],
    resourceDisplayName: ({ signIn }) => signIn.resource?.displayName,
    resourceId: ({ signIn }) => signIn.resource?.id,
    servicePrincipalId: ({ signIn, principal }) => (signIn.kind === 'servicePrincipal' ? principal?.id : undefined),
    servicePrincipalName: ({ signIn, principal }) =>
      signIn.kind === 'servicePrincipal' ? principal?.displayName : undefined,
    clientCredentialType: ({ signIn }) => (signIn.credential ? credentialTypes[signIn.credential.kind] : 'none'),
    servicePrincipalCredentialKeyId: ({ signIn }) => signIn.credential?.keyId,
    status: ({ signIn }) => ({
      errorCode: signIn.errorCode,
      failureReason: signIn.failureReason ?? null,
      additionalDetails: null,
    }),
    posternDecision: ({ signIn }) => explained(signIn),
  },
}

/** A sign-in to a mail protocol with a password names a mailbox and no app. */
const mailboxOf = (signIn: SignIn): string | undefined => (signIn.app ? undefined : signIn.mailbox)

const credentialTypes: Readonly<Record<UsedCredential['kind'], string>> = {
  secret: 'clientSecret',
  certificate: 'clientAssertion',
  federated: 'federatedIdentityCredential',
}

const clientApp = ({ protocol, kind }: SignIn): string =>
  protocol === 'entra' && kind === 'interactiveUser' ? 'Browser' : clientApps[protocol]

const modern = 'Mobile Apps and Desktop clients'
const clientApps: Readonly<Record<SignInProtocol, string>> = {
  imap: 'IMAP',
  pop3: 'POP',
  smtp: 'SMTP',
  graph: modern,
  exchange: 'Exchange Online PowerShell',
  portal: 'Browser',
  entra: modern,
}
