import { bearerFault } from '../codecs/sasl/bearer-fault.ts'
import { refuse } from '../core/refusal.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { CheckName } from '../domain/audit/types.ts'
import type { TokenClaims, Verdict } from '../domain/tokens/types.ts'
import { judgeAudience } from './checks/audience.ts'
import { failed, type Subject } from './checks/check.ts'
import { servicePrincipal } from './checks/service-principal.ts'
import { user } from './checks/user.ts'
import { type Step, tokenStep, runChecks } from './decide.ts'
import type { AccessDeps } from './deps.ts'
import { tokenPrincipal } from './facts.ts'
import { httpWire } from './records/http-wire.ts'
import { record } from './records/record.ts'
import { callerOf } from './rights.ts'
import type { Access, Caller, UnreadResponse } from './types.ts'

type Request = Parameters<Access['authorize']>[0]

const resourceOf = { graph: microsoftGraph, exchange: exchangeOnline } as const

export async function authorize(deps: AccessDeps, request: Request): Promise<Caller> {
  const { bearer, api, from } = request
  if (bearer === undefined) {
    await recordMalformed(deps, request)
    return refuse('not-signed-in', 'An access token is needed', { fault: 'missing' })
  }
  const shown = await deps.tokens.verify(bearer)
  const decision = await runChecks(stepsFor(deps, request, shown))
  if (shown.ok && !decision.failed) return callerOf(deps, shown.claims, resourceOf[api])
  await record(deps, {
    credential: { bearer },
    protocol: api,
    address: undefined,
    from,
    claims: shown.claims,
    decision,
  })
  const fault = decision.failed ?? 'token'
  return refuse('not-signed-in', faultText[fault] ?? '', { fault, ...(shown.ok ? {} : { token: shown.fault }) })
}

/** Records an attempt with a malformed `Authorization` header. A request without a credential is no sign-in. */
async function recordMalformed(deps: AccessDeps, { authorization, api, tenant, from }: Request): Promise<void> {
  const fault = bearerFault(authorization ?? '')
  if (fault === undefined) return
  const named = tenant === undefined ? undefined : (await deps.directory.tenants.find(tenant))?.id
  const wire = httpWire('token', undefined)
  await malformedCredential(deps, { protocol: api, address: undefined, tenant: named, from, fault, wire })
}

const faultText: Partial<Record<CheckName, string>> = {
  token: 'The access token is not valid',
  audience: 'The access token is for another resource',
  servicePrincipal: 'The service principal that the access token is for is missing or disabled',
  user: 'The user that the access token is for is missing or disabled, or has to sign in again',
}

function* stepsFor(deps: AccessDeps, request: Request, shown: Verdict): Generator<Step> {
  yield tokenStep(shown, request.bearer)
  if (!shown.ok) return
  const { directory, rules } = deps
  const { claims } = shown
  const subject: Subject = { ...tokenPrincipal(directory, claims), directory, rules, simulated: false }
  if (request.tenant !== undefined) yield tenantStep(deps, request.tenant, claims)
  yield { name: 'audience', judge: () => judgeAudience(subject, resourceOf[request.api]) }
  yield { name: 'servicePrincipal', judge: () => servicePrincipal.judge(subject) }
  if (subject.kind === 'user') yield { name: 'user', judge: () => user.judge(subject) }
}

/** A token gives access to the tenant that issued it, whatever the path says. */
const tenantStep = ({ directory }: AccessDeps, named: string, { tid }: TokenClaims): Step => ({
  name: 'token',
  async judge() {
    const tenant = await directory.tenants.find(named)
    return tenant?.id === tid
      ? { ok: true, evidence: `The tenant in the path is the token's, ${tid}.` }
      : failed(`The tenant in the path is not the token's. Expected: ${tid}.`)
  },
})

/** Records a sign-in without a readable token: the check of the token says what is wrong with the credential. */
export async function malformedCredential(deps: AccessDeps, { fault, ...response }: UnreadResponse): Promise<void> {
  const evidence = `The credential that the client sent is malformed. ${fault}`
  const decision = await runChecks([{ name: 'token', judge: () => failed(evidence) }])
  await record(deps, { ...response, credential: { bearer: '' }, claims: undefined, decision })
}
