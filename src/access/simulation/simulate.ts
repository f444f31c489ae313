import type { AppId, TenantId } from '../../core/ids.ts'
import { refuse } from '../../core/refusal.ts'
import type { SignIn } from '../../domain/audit/types.ts'
import type { User } from '../../domain/directory/types.ts'
import type { ResolvedRecipient } from '../../domain/transport/address-book.ts'
import { accountOf, type SendPermission, sendPermissionFor } from '../../domain/transport/send-as.ts'
import type { MessageAuthor } from '../../domain/transport/types.ts'
import type { AccessDeps } from '../deps.ts'
import { failed, type MailSubject, passed, type CheckTarget } from '../checks/check.ts'
import { judgeSender } from '../checks/send-as.ts'
import { graphSteps, mailSteps, type Step, runChecks } from '../decide.ts'
import { printable } from '../records/command-line.ts'
import { senderOf, type MessageSender } from '../records/denied-sender.ts'
import { graphWire } from '../records/http-wire.ts'
import { signInOf } from '../records/record.ts'
import type { Access } from '../types.ts'
import { freshGraphSubject, freshPersonSubject, freshSubject } from './fresh.ts'

type SimulateRequest = Parameters<Access['simulate']>[1]

/** Runs the checks for the token that the app would get now, as itself or for a user. */
export async function simulate(deps: AccessDeps, tenant: TenantId, passwordRequest: SimulateRequest): Promise<SignIn> {
  const appId = await appIdOf(deps, tenant, passwordRequest.app)
  const { mailbox: address, protocol, from } = passwordRequest
  if (from !== undefined && protocol !== 'smtp') refuse('unsupported', 'From what address mail is, is asked over smtp.')
  if (protocol === 'graph') return simulateGraph(deps, { tenant, appId, address }, passwordRequest)
  const opening = { tenant, appId, address, protocol }
  const user = passwordRequest.user === undefined ? undefined : await userNamed(deps, tenant, passwordRequest.user)
  const subject = user ? await freshPersonSubject(deps, opening, user) : await freshSubject(deps, opening)
  const { claims, facts } = subject
  const sender = from === undefined ? [] : [senderStep(deps, subject, from)]
  const decision = await runChecks([freshToken(appId, user), ...(await mailSteps(subject)), ...sender])
  const app = await facts.app()
  const wire = decision.failed === 'sendAs' ? await deniedWire(deps, subject, from!) : undefined
  const decided = { credential: { bearer: '' }, protocol, address, from: '', claims, decision, app }
  return signInOf(deps, { ...decided, ...(wire !== undefined && { wire }) }, tenant)
}

async function deniedWire({ deniedSenderWire }: AccessDeps, { mailbox }: CheckTarget, from: string): Promise<string> {
  const opened = await mailbox()
  return deniedSenderWire({ mailbox: opened?.primarySmtpAddress ?? '', from })
}

async function simulateGraph(
  deps: AccessDeps,
  opening: { readonly tenant: TenantId; readonly appId: AppId; readonly address: string },
  { user: named, permission = 'Mail.Read' }: SimulateRequest,
): Promise<SignIn> {
  const user = named === undefined ? undefined : await userNamed(deps, opening.tenant, named)
  const subject = await freshGraphSubject(deps, opening, { permission, user })
  const { claims, facts, address, protocol } = subject
  const decision = await runChecks([freshToken(opening.appId, user), ...(await graphSteps(subject))])
  const app = await facts.app()
  const wire = (await graphWire(decision.failed, subject)).text
  const request = { credential: { bearer: '' }, protocol, address, from: '', claims, decision, app, wire }
  return signInOf(deps, request, opening.tenant)
}

const freshToken = (appId: AppId, user: User | undefined): Step => ({
  name: 'token',
  judge: () =>
    passed(
      `The simulation assumes a fresh token of the app ${appId}${user ? ` for the user ${user.userPrincipalName}` : ''}.`,
    ),
})

const userNamed = async ({ directory }: AccessDeps, tenant: TenantId, named: string): Promise<User> =>
  (await directory.users.find(tenant, named)) ??
  refuse('no-such-thing', `There is no user '${named.slice(0, 64)}'`, { property: 'user' })

/** Finds an app by any of its three ids: AppId, its object id, or its service principal's id. */
async function appIdOf({ directory }: AccessDeps, tenant: TenantId, named: string): Promise<AppId> {
  const found =
    (await directory.servicePrincipals.find(tenant, { appId: named })) ??
    (await directory.apps.find(tenant, { appId: named })) ??
    (await directory.apps.find(tenant, { id: named })) ??
    (await directory.servicePrincipals.find(tenant, { id: named }))
  return (
    found?.appId ?? refuse('no-such-thing', `There is no app with the id '${named.slice(0, 64)}'`, { property: 'app' })
  )
}

/** Runs after the checks that open the mailbox: whether the app could send mail from an address. */
const senderStep = ({ directory }: AccessDeps, subject: MailSubject, from: string): Step => ({
  name: 'sendAs',
  async judge() {
    const own = await subject.mailbox()
    if (!own) return failed('The mailbox that was opened is gone.')
    const author: MessageAuthor =
      subject.kind === 'user' ? { kind: 'user', id: subject.claims.oid } : { kind: 'app', appId: subject.claims.appid }
    const account = await accountOf(directory, own, author)
    const principal = await sendPermissionFor(directory, { own, account, author }, from)
    if (principal)
      return passed(`Mail from ${printable(from)} would be taken: ${reasons[principal.how](principal.of)}.`)
    return judgeSender({ directory, tenant: own.tenant, ...(await senderOf(directory, writerOf(subject), own)) }, from)
  },
})

const writerOf = ({ kind, claims }: MailSubject): MessageSender =>
  kind === 'user'
    ? { kind, user: { id: claims.oid, userPrincipalName: claims.upn, displayName: claims.name } }
    : { kind, appId: claims.appid, servicePrincipal: claims.oid }

const reasons: Readonly<Record<SendPermission['how'], (of: ResolvedRecipient) => string>> = {
  own: ({ primarySmtpAddress }) => `it is an address of the mailbox ${primarySmtpAddress} itself`,
  'send-as': ({ primarySmtpAddress }) => `there is SendAs for the mailbox ${primarySmtpAddress}`,
  'on-behalf': ({ primarySmtpAddress }) =>
    `GrantSendOnBehalfTo of the mailbox ${primarySmtpAddress} lets others send on its behalf, and Sender says who did`,
}
