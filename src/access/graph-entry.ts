import { refuse } from '../core/refusal.ts'
import { microsoftGraph } from '../core/well-known/microsoft-graph.ts'
import type { MailboxRecord } from '../domain/directory/types.ts'
import type { TokenClaims } from '../domain/tokens/types.ts'
import type { GraphPersonSubject, GraphSubject } from './checks/check.ts'
import { type Decision, graphSteps, runChecks, tokenStep } from './decide.ts'
import type { AccessDeps } from './deps.ts'
import { graphMailboxFact, tokenPrincipal } from './facts.ts'
import { type GraphGrant, graphBasisOf } from './grant-basis.ts'
import { recordUse } from './records/record.ts'
import { type GraphWire, graphWire } from './records/http-wire.ts'
import { callerOf } from './rights.ts'
import type { GraphMailbox, GraphMailboxRequest, GraphPermission } from './types.ts'

/**
 * Decides about one request of Graph. The answer is kept until the directory changes, so that a program that sends many
 * requests is judged once.
 */
export async function openOverGraph(deps: AccessDeps, request: GraphMailboxRequest): Promise<GraphMailbox> {
  const shown = await deps.tokens.verify(request.bearer)
  if (!shown.ok) {
    const decision = await runChecks([tokenStep(shown, request.bearer)])
    await putOnRecord(deps, request, shown.claims, { decision })
    return refuse('not-signed-in', 'The access token is not valid', { fault: 'token', token: shown.fault })
  }
  return openFor(deps, request, shown.claims)
}

/** Opens the mailbox for a caller whose token was verified. */
export async function openFor(
  deps: AccessDeps,
  request: GraphMailboxRequest,
  claims: TokenClaims,
): Promise<GraphMailbox> {
  const revocation = await deps.revocation(claims.tid)
  const { grants, moment } = revocation
  const cacheKey = `${request.permission} ${request.user}`
  const grant =
    grants.graph.find(claims, cacheKey) ?? grants.graph.remember(claims, cacheKey, await judge(deps, request, claims))
  const { signal, leave } = revocation.watch(grant.ground, moment)
  try {
    const mailbox = await deps.mail.open(grant.record.id, signal)
    const { caller, record, basic } = grant
    return { caller, mailbox, record, basic, claims, leave }
  } catch (error) {
    leave()
    throw error
  }
}

/** Decides, and records the decision: any, or refusals only. */
export async function judge(
  deps: AccessDeps,
  request: GraphMailboxRequest,
  claims: TokenClaims,
  records: 'all' | 'refusals' = 'all',
): Promise<GraphGrant> {
  const { directory } = await deps.revocation(claims.tid)
  const subjectFor = (permission: GraphPermission): GraphSubject | GraphPersonSubject => ({
    ...tokenPrincipal(directory, claims),
    directory,
    rules: deps.rules,
    simulated: false,
    protocol: 'graph',
    permission,
    address: request.user ?? claims.oid,
    mailbox: graphMailboxFact(directory, claims.tid, request.user ?? claims.oid),
  })
  const subject = subjectFor(request.permission)
  const decision = await runChecks([tokenStep({ ok: true, claims }), ...(await graphSteps(subject))])
  const wire = await graphWire(decision.failed, subject)
  if (decision.failed || records === 'all') await putOnRecord(deps, request, claims, { decision, wire: wire.text })
  if (decision.failed) return refused(decision, wire)
  const record = (await subject.mailbox())!
  const basic =
    request.permission === 'Mail.ReadBasic' &&
    (await runChecks(await graphSteps(subjectFor('Mail.Read')))).failed !== undefined
  const ground = graphBasisOf({
    claims,
    signedBy: deps.tokens.signerOf(claims),
    permission: request.permission,
    address: request.user ?? claims.oid,
    rules: deps.rules,
    mailbox: { id: record.id, guid: record.guid },
  })
  return { ground, caller: await callerOf({ directory, rules: deps.rules }, claims, microsoftGraph), record, basic }
}

function refused({ failed }: Decision, { status, code, message }: GraphWire): never {
  if (status === 401) return refuse('not-signed-in', message, { fault: failed! })
  return refuse(status === 404 ? 'no-such-thing' : 'not-allowed', message, { fault: failed!, graph: code })
}

const putOnRecord = async (
  deps: AccessDeps,
  { bearer, user, from }: GraphMailboxRequest,
  claims: TokenClaims | undefined,
  decided: { readonly decision: Decision; readonly wire?: string },
) =>
  recordUse(deps, {
    credential: { bearer },
    protocol: 'graph',
    address: await addressOf(deps, claims, user),
    from,
    claims,
    ...decided,
  })

/** The record names the mailbox by its address if it has one, else as the caller named it. */
async function addressOf(
  deps: AccessDeps,
  claims: TokenClaims | undefined,
  user: string | undefined,
): Promise<string | undefined> {
  const named = user ?? (claims?.idtyp === 'user' ? claims.upn : undefined)
  if (!claims || named === undefined) return named
  const found: MailboxRecord | undefined = await graphMailboxFact(deps.directory, claims.tid, named)()
  return found?.primarySmtpAddress ?? named
}
