import { resourceNamed } from '../../core/well-known/resources.ts'
import type { Directory, ExchangeServicePrincipal } from '../../domain/directory/types.ts'
import {
  type AppSubject,
  type CheckOfDecision,
  type CheckResult,
  type CheckTarget,
  failed,
  passed,
  type Subject,
  notYetEffective,
} from './check.ts'
import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  enablePrincipal,
  fetchToken,
  grantAppRole,
  registerApp,
  removeExchangePrincipal,
} from '../records/command-line.ts'

export const servicePrincipal = {
  name: 'servicePrincipal',
  async judge(subject: Subject & Partial<CheckTarget>): Promise<CheckResult> {
    const { facts, claims } = subject
    const [app, principal] = await Promise.all([facts.app(), facts.principal()])
    if (!app) {
      return failed(
        `The app registration ${claims.appid} ('${claims.app_displayname}') does not exist any more.`,
        ...(await startOver(subject)),
      )
    }
    if (!principal || principal.appId !== claims.appid) return missing(subject)
    if (!principal.accountEnabled) {
      return failed(
        `The service principal ${principal.id} of the app ${claims.appid} is disabled.`,
        enablePrincipal(principal.id),
      )
    }
    return passed(`The service principal ${principal.id} of the app ${claims.appid} is enabled.`)
  },
} as const

async function missing({ directory, kind, claims, simulated }: Subject): Promise<CheckResult> {
  const other = await directory.servicePrincipals.find(claims.tid, { appId: claims.appid })
  if (other && kind === 'app' && !simulated) {
    return failed(
      `The token is for the service principal ${claims.oid}, which is gone; the app ${claims.appid} now has the service principal ${other.id}. A new token will be for that one.`,
      fetchToken(claims.tid, claims.appid),
    )
  }
  return failed(
    `The app ${claims.appid} has no service principal in the tenant ${claims.tid}${simulated ? ', so no token would be issued' : ''}.`,
    addPrincipal(claims.appid),
  )
}

/** Ids that the earlier commands print. */
const appObject = 'NEW-APP-OBJECT-ID'
const client = 'NEW-CLIENT-ID'
const principal = 'NEW-SERVICE-PRINCIPAL-ID'

/**
 * The commands for an app that was deleted with its service principal, permissions and secrets. A new registration has
 * new ids, so everything that named the old ones must be created again.
 */
async function startOver(subject: Subject & Partial<CheckTarget>): Promise<readonly string[]> {
  const { kind, claims, mailbox } = subject
  const registered = [registerApp(claims.app_displayname), addSecret(appObject), addPrincipal(client)]
  // The user keeps access to mailboxes when the app is replaced; they consent to the new app when they sign in to it.
  if (kind === 'user') return registered
  const opened = await mailbox?.()
  return [
    ...registered,
    ...(await grants(subject.directory, claims)),
    ...(mailbox ? [addExchangePrincipal(client, principal)] : []),
    ...(opened ? [allowMailbox(opened.primarySmtpAddress, principal)] : []),
    fetchToken(claims.tid, client, claims.aud),
  ]
}

/** The application permissions in the token that the resource still has. */
async function grants(directory: Directory, claims: AppSubject['claims']): Promise<readonly string[]> {
  const appId = resourceNamed(claims.aud)?.appId
  const resource = appId && (await directory.servicePrincipals.find(claims.tid, { appId }))
  if (!resource) return []
  return (claims.roles ?? []).flatMap((name) => {
    const role = resource.appRoles.find(({ value }) => value === name)
    return role ? [grantAppRole(principal, resource.id, role.id)] : []
  })
}

type AppCheckInput = AppSubject & CheckTarget

/** Exchange's service principal must have the app's AppId and, as ObjectId, the service principal of the token. */
export const exchangeServicePrincipal: CheckOfDecision<AppCheckInput> = {
  name: 'exchangeServicePrincipal',
  async judge(subject) {
    const { facts, claims } = subject
    const found = await facts.exchangePrincipal()
    if (!found) return missingInExchange(subject)
    if (found.objectId !== claims.oid) return wrongObject(subject, found)
    const waiting = notYetEffective(subject.rules.propagation, found.created)
    if (waiting) return failed(`Exchange's service principal ${found.guid} ${waiting}.`)
    return passed(
      `Exchange has the service principal ${found.guid} with AppId ${found.appId} and ObjectId ${found.objectId}.`,
    )
  },
}

/** docs/reference/exchange-admin.md §13, row 2 */
async function missingInExchange({ directory, claims }: AppCheckInput): Promise<CheckResult> {
  const other = await directory.exchange.find(claims.tid, claims.oid)
  if (other?.objectId !== claims.oid) {
    return failed(
      `Exchange has no service principal with AppId ${claims.appid}: New-ServicePrincipal was not run for this app.`,
      addExchangePrincipal(claims.appid, claims.oid),
    )
  }
  return failed(
    `Exchange's service principal ${other.guid} has ObjectId ${claims.oid}, but AppId ${other.appId}. Expected: AppId ${claims.appid}.`,
    removeExchangePrincipal(other.guid),
    addExchangePrincipal(claims.appid, claims.oid),
  )
}

/** docs/reference/exchange-admin.md §13, row 1 */
async function wrongObject(subject: AppCheckInput, found: ExchangeServicePrincipal): Promise<CheckResult> {
  const { claims } = subject
  const mailbox = await subject.mailbox()
  return failed(
    `Exchange's service principal ${found.guid} of the app ${claims.appid} has ObjectId ${found.objectId}${await whatItIs(subject, found)}. Expected: ${claims.oid}, the object id of the service principal (Enterprise applications), which is the token's oid.`,
    removeExchangePrincipal(found.guid),
    addExchangePrincipal(claims.appid, claims.oid),
    // The new service principal does not get the permissions of the removed one.
    ...(mailbox ? [allowMailbox(mailbox.primarySmtpAddress, claims.oid)] : []),
  )
}

async function whatItIs({ facts, claims }: AppCheckInput, { objectId }: ExchangeServicePrincipal): Promise<string> {
  const given: string = objectId
  if (given === (await facts.app())?.id) {
    return ', which is the object id of the app registration and not of its service principal'
  }
  return given === claims.appid ? ', which is the AppId (client id) itself' : ''
}
