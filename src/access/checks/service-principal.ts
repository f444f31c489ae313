import type { Directory } from '../../domain/directory/types.ts'
import { resourceNamed } from '../../core/well-known/resources.ts'
import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  enablePrincipal,
  fetchToken,
  grantAppRole,
  registerApp,
} from '../records/command-line.ts'
import { type AppSubject, failed, type CheckResult, passed, type Subject, type CheckTarget } from './check.ts'

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

/** Ids that the commands before will have told. */
const appObject = 'NEW-APP-OBJECT-ID'
const client = 'NEW-CLIENT-ID'
const principal = 'NEW-SERVICE-PRINCIPAL-ID'

/**
 * Everything to type where the app is gone, and its service principal, its permissions and its secrets with it: a new
 * registration has ids of its own, so nothing that named the old one is of use to it.
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

/** The application permissions that the token carries, as far as the resource still has them. */
async function grants(directory: Directory, claims: AppSubject['claims']): Promise<readonly string[]> {
  const appId = resourceNamed(claims.aud)?.appId
  const resource = appId && (await directory.servicePrincipals.find(claims.tid, { appId }))
  if (!resource) return []
  return (claims.roles ?? []).flatMap((name) => {
    const role = resource.appRoles.find(({ value }) => value === name)
    return role ? [grantAppRole(principal, resource.id, role.id)] : []
  })
}
