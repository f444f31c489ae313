import type { AppId, TenantId } from '../../core/ids.ts'
import type { CheckName } from '../../domain/audit/types.ts'
import type { Directory, MailboxRecord, User } from '../../domain/directory/types.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import type { AccessDeps } from '../deps.ts'
import { roleFor } from '../checks/assignments.ts'
import { judgeBasicAuthentication } from '../checks/basic-authentication.ts'
import { failed, passed } from '../checks/check.ts'
import {
  afterUser,
  basicStep,
  type Checked,
  domainOf,
  errorCodeOf,
  judgePassword,
  namedIn,
  type NamedUser,
  type PasswordCheckRequest,
} from './steps.ts'
import { type Step, runChecks } from '../decide.ts'
import { mailboxFact } from '../facts.ts'
import type { GrantBasis } from '../grant-basis.ts'
import { deniedSender } from '../records/denied-sender.ts'
import { type Decided, recordUse } from '../records/record.ts'
import type { Access, Entry, SwitchedOff, UserCaller } from '../types.ts'

type Request = Parameters<Access['enter']>[0]
type PasswordRequest = Request & {
  readonly credential: { readonly password: string | undefined; readonly user?: string }
}

/** Basic authentication: a user signs in directly, without an app. */
export async function enterWithPassword(deps: AccessDeps, request: PasswordRequest): Promise<Entry> {
  const named = namedIn(request.address, request.credential.user)
  const tenant = (await deps.directory.tenants.find(domainOf(named.user)))?.id
  if (tenant !== undefined) return judge(deps, request, { named, tenant })
  return toNobody(deps, request, named.user.includes('@') ? named : hidden)
}

/** A text that is not an address may be the password, entered in the wrong field. */
const hidden: NamedUser = { user: '(not an address)', mailbox: '(not an address)' }

/** Refuses a name in a domain that belongs to no tenant. */
async function toNobody(deps: AccessDeps, request: PasswordRequest, named: NamedUser): Promise<Entry> {
  const { protocol } = request
  const judged = {
    rule: deps.basic,
    protocol,
    name: named.user,
    user: undefined,
    effective: undefined,
    retirement: undefined,
  }
  const decision = await runChecks([{ name: 'basicAuthentication', judge: () => judgeBasicAuthentication(judged) }])
  const { signIn } = await recordUse(deps, {
    ...request,
    address: named.mailbox,
    claims: undefined,
    person: { tenant: undefined, user: undefined, name: named.user },
    decision,
  })
  return refused(signIn)
}

async function judge(
  deps: AccessDeps,
  request: PasswordRequest,
  { named, tenant }: { named: NamedUser; tenant: TenantId },
): Promise<Entry> {
  const { protocol } = request
  const revocation = await deps.revocation(tenant)
  const { directory, moment: judgedAt } = revocation
  const user = await directory.users.find(tenant, named.user)
  const mailbox = mailboxFact(directory, tenant, named.mailbox)
  const passwordRequest = {
    tenant,
    user,
    name: named.user,
    protocol,
    address: named.mailbox,
    mailbox,
    rule: deps.basic,
    world: deps.world,
  }
  let checked: Checked | undefined
  const password: Step = {
    name: 'user',
    async judge() {
      const answer = await check(deps.directory, { tenant, name: named.user, ...request })
      // While the password was compared, the name may have moved to another user.
      checked = answer === 'digest' || answer.user?.id === user?.id ? answer : nobody
      return judgePassword(checked, named.user)
    },
  }
  const decision = await runChecks([
    basicStep(passwordRequest, directory),
    password,
    ...stepsOf(passwordRequest, directory),
  ])
  const decided = {
    ...request,
    address: named.mailbox,
    claims: undefined,
    person: { tenant, user, name: named.user },
    ...(decision.failed === 'user' && checked ? { errorCode: errorCodeOf(checked) } : {}),
    decision,
  }
  const recorded = await recordUse(deps, decided)
  const { failed, switchedOff } = decision
  if (failed || !user) return refused(recorded.signIn, failed, switchedOff)
  return open(deps, {
    revocation,
    judgedAt,
    question: { ...passwordRequest, user },
    found: await mailbox(),
    decided,
    recorded,
  })
}

const nobody: Checked = { ok: false, because: 'unknown', user: undefined }

const stepsOf = (passwordRequest: PasswordCheckRequest, directory: Directory): readonly Step[] =>
  passwordRequest.user ? afterUser({ ...passwordRequest, user: passwordRequest.user }, directory) : []

const check = async (
  { users }: Directory,
  { tenant, name, credential, from }: PasswordRequest & { readonly tenant: TenantId; readonly name: string },
): Promise<Checked> =>
  credential.password === undefined ? 'digest' : users.checkPassword(tenant, name, credential.password, from)

async function open(
  deps: AccessDeps,
  granted: {
    readonly revocation: Awaited<ReturnType<AccessDeps['revocation']>>
    readonly judgedAt: number
    readonly question: PasswordCheckRequest & { readonly user: User }
    readonly found: MailboxRecord | undefined
    readonly decided: Decided
    readonly recorded: Pick<Extract<Entry, { granted: true }>, 'signIn' | 'named'>
  },
): Promise<Entry> {
  const { revocation, judgedAt, question: passwordRequest, found, decided, recorded } = granted
  if (!found) throw new Error('A mailbox was granted although it does not exist')
  const ground = passwordGround(passwordRequest, { id: found.id, guid: found.guid })
  const { signal, leave } = revocation.watch(ground, judgedAt)
  try {
    const caller = callerOf(passwordRequest)
    return {
      granted: true,
      caller,
      mailbox: await deps.mail.open(found.id, signal),
      ...recorded,
      // There is no app whose use could be recorded.
      did: () => {},
      deniedSender: deniedSender(deps, decided, { caller, mailbox: found.id }),
      leave,
    }
  } catch (error) {
    leave()
    throw error
  }
}

/** As in the sign-in logs of the real service, Exchange itself is the app. */
const callerOf = ({ tenant, user, protocol }: PasswordCheckRequest & { readonly user: User }): UserCaller => ({
  kind: 'user',
  tenant,
  appId: exchangeOnline.appId as AppId,
  appDisplayName: exchangeOnline.displayName,
  user: { id: user.id, userPrincipalName: user.userPrincipalName, displayName: user.displayName },
  scopes: new Set([roleFor[protocol].delegated]),
  directoryRoles: new Set(),
})

/** A password that opens nothing is refused at once, in both profiles. */
const refused = (
  signIn: Entry['signIn'],
  failed: CheckName = 'basicAuthentication',
  switchedOff?: SwitchedOff,
): Entry => ({ granted: false, failed, switchedOff, spokenAt: 'authenticate', signIn })

/** The basis of an entry with a password: the facts of the decision, and that the password is still the same. */
function passwordGround(
  passwordRequest: PasswordCheckRequest & { readonly user: User },
  mailbox: GrantBasis['mailbox'],
): GrantBasis {
  const { tenant, user, protocol, address } = passwordRequest
  const { passwordChanged, signInsRevoked } = user
  return {
    key: JSON.stringify(['password', user.id, mailbox.id, protocol, address, passwordChanged, signInsRevoked]),
    protocol,
    app: exchangeOnline.appId as AppId,
    mailbox,
    // The tenant, because authentication policies belong to it.
    subjects: [tenant, mailbox.guid, user.id],
    ends: undefined,
    signedBy: undefined,
    async judging(directory) {
      const found = mailboxFact(directory, tenant, address)
      const again = { ...passwordRequest, mailbox: found }
      const same: Step = {
        name: 'user',
        async judge() {
          const now = await directory.users.find(tenant, user.id)
          const holds =
            now?.accountEnabled && now.passwordChanged === passwordChanged && now.signInsRevoked === signInsRevoked
          return holds
            ? passed('The user and the password are what they were.')
            : failed('The user is disabled or gone, has another password, or had all sign-ins revoked.')
        },
      }
      return { steps: [basicStep(again, directory), same, ...afterUser(again, directory)], mailbox: found }
    },
  }
}
