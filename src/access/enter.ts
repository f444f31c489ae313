import type { TokenClaims } from '../domain/tokens/types.ts'
import type { CheckName } from '../domain/audit/types.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'
import type { AccessDeps } from './deps.ts'
import { deniedSender } from './records/denied-sender.ts'
import { type Decision, mailSteps, tokenStep, runChecks } from './decide.ts'
import { mailboxFact, tokenPrincipal } from './facts.ts'
import { type CachedGrant, grantBasisOf, type TokenBasis } from './grant-basis.ts'
import type { MailSubject } from './checks/check.ts'
import { theMailbox } from './checks/mailbox.ts'
import { enterWithPassword } from './passwords/enter.ts'
import { recordUse } from './records/record.ts'
import { callerOf } from './rights.ts'
import type { Access, Entry, RefusalTiming, SwitchedOff } from './types.ts'

type Request = Parameters<Access['enter']>[0]

export async function enter(deps: AccessDeps, request: Request): Promise<Entry> {
  const { credential } = request
  if (!('bearer' in credential)) return enterWithPassword(deps, { ...request, credential })
  const shown = await deps.tokens.verify(credential.bearer)
  if (!shown.ok) {
    const decision = await runChecks([tokenStep(shown, credential.bearer)])
    const { claims } = shown
    const { signIn } = await recordUse(deps, { ...request, claims, decision })
    return refused(deps, { failed: 'token' }, signIn)
  }
  return judge(deps, request, shown.claims)
}

async function judge(deps: AccessDeps, request: Request, claims: TokenClaims): Promise<Entry> {
  const { rules } = deps
  const { protocol, address } = request
  const revocation = await deps.revocation(claims.tid)
  const { directory, grants, moment: judgedAt } = revocation
  const mailbox = mailboxFact(directory, claims.tid, address)
  const principal = tokenPrincipal(directory, claims)
  const subject: MailSubject = { ...principal, directory, rules, simulated: false, protocol, address, mailbox }

  const cacheKey = `${protocol} ${address}`
  const known = grants.mail.find(claims, cacheKey)
  const decision =
    known?.decision ?? (await runChecks([tokenStep({ ok: true, claims }), ...(await mailSteps(subject))]))
  const app = await principal.facts.app()
  const { signIn, named } = await recordUse(deps, { ...request, claims, decision, app })
  const { failed, switchedOff } = decision
  if (failed) return refused(deps, { failed, switchedOff }, signIn)

  const signedBy = deps.tokens.signerOf(claims)
  const { caller, ground } =
    known ?? grants.mail.remember(claims, cacheKey, await granted(subject, { claims, signedBy }, decision))
  const { signal, leave } = revocation.watch(ground, judgedAt)
  try {
    const opened = await deps.mail.open(ground.mailbox.id, signal)
    const did = deps.signIns.operations.of({
      tenant: claims.tid,
      appId: claims.appid,
      as: caller.kind === 'app' ? 'app' : 'person',
      protocol,
      mailbox: address?.toLowerCase() ?? '',
    })
    const denied = deniedSender(deps, { ...request, claims, decision, app }, { caller, mailbox: ground.mailbox.id })
    return { granted: true, caller, mailbox: opened, signIn, named, did, deniedSender: denied, leave }
  } catch (error) {
    leave()
    throw error
  }
}

async function granted(
  subject: MailSubject,
  { claims, signedBy }: Pick<TokenBasis, 'claims' | 'signedBy'>,
  decision: Decision,
): Promise<CachedGrant> {
  const { rules, protocol, address } = subject
  const { id, guid } = await theMailbox(subject)
  return {
    decision,
    caller: await callerOf(subject, claims, exchangeOnline),
    ground: grantBasisOf({ claims, signedBy, protocol, address, rules, mailbox: { id, guid } }),
  }
}

const refused = (
  { profile }: AccessDeps,
  { failed, switchedOff }: { failed: CheckName; switchedOff?: SwitchedOff | undefined },
  signIn: Entry['signIn'],
): Entry => ({
  granted: false,
  failed,
  switchedOff,
  spokenAt: profile === 'exchange-online' ? mailboxRefusalDelayed(failed) : 'authenticate',
  signIn,
})

/**
 * docs/reference/exchange-admin.md §13, row 9: in Exchange Online the sign-in succeeds, and the next command gets the
 * refusal.
 */
const mailboxRefusalDelayed = (failed: CheckName): RefusalTiming =>
  aboutTheMailbox.has(failed) ? 'mailbox' : 'authenticate'

const aboutTheMailbox: ReadonlySet<CheckName> = new Set([
  'mailbox',
  'managementScope',
  'protocolEnabled',
  'mailboxPermission',
])
