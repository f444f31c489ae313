import type { AppTokenClaims } from '../domain/tokens/types.ts'
import type { LinkName } from '../domain/audit/types.ts'
import type { AccessDeps } from './access.ts'
import { mailSteps, tokenStep, walk } from './decide.ts'
import { callerFacts, mailboxFact } from './facts.ts'
import type { MailSubject } from './links/link.ts'
import { theMailbox } from './links/mailbox.ts'
import { record } from './record.ts'
import { callerOf } from './rights.ts'
import type { Access, Entry, SpokenAt } from './types.ts'

type Request = Parameters<Access['enter']>[0]

export async function enter(deps: AccessDeps, request: Request): Promise<Entry> {
  const { credential } = request
  const shown = 'bearer' in credential ? await deps.tokens.verify(credential.bearer) : 'password'
  if (shown === 'password' || !shown.ok) {
    const decision = await walk([tokenStep(shown)])
    const claims = shown === 'password' ? undefined : shown.claims
    return refused(deps, 'token', await record(deps, { ...request, claims, decision }))
  }
  return judge(deps, request, shown.claims)
}

async function judge(deps: AccessDeps, request: Request, claims: AppTokenClaims): Promise<Entry> {
  const { rules } = deps
  const { protocol, address } = request
  const withdrawal = await deps.withdrawal(claims.tid)
  const { directory, moment: judgedAt } = withdrawal
  const facts = callerFacts(directory, claims)
  const mailbox = mailboxFact(directory, claims.tid, address)
  const subject: MailSubject = { directory, rules, facts, claims, foreseen: false, protocol, address, mailbox }

  const decision = await walk([tokenStep({ ok: true, claims }), ...mailSteps(subject)])
  const signIn = await record(deps, { ...request, claims, decision, app: await facts.app() })
  if (decision.failed) return refused(deps, decision.failed, signIn)

  const caller = await callerOf({ directory, rules }, claims, facts.exchangeRoles)
  const { id, guid } = await theMailbox(subject)
  const ground = { claims, protocol, address, rules, mailbox: { id, guid }, ends: claims.exp * 1000 }
  const { signal, leave } = withdrawal.watch(ground, judgedAt)
  try {
    return { granted: true, caller, mailbox: await deps.mail.open(id, signal), signIn, leave }
  } catch (error) {
    leave()
    throw error
  }
}

const refused = ({ profile }: AccessDeps, failed: LinkName, signIn: Entry['signIn']): Entry => ({
  granted: false,
  failed,
  spokenAt: profile === 'exchange-online' ? spokenAtExchange(failed) : 'authenticate',
  signIn,
})

/** contract/exchange-admin §13, row 9: there the sign-in succeeds, and the next command learns of the mailbox. */
const spokenAtExchange = (failed: LinkName): SpokenAt =>
  failed === 'mailbox' || failed === 'protocolEnabled' || failed === 'mailboxPermission' ? 'mailbox' : 'authenticate'
