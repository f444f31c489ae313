import type { Directory } from '../../domain/directory/types.ts'
import { resourceNamed } from '../../domain/directory/well-known/resources.ts'
import {
  addExchangePrincipal,
  addPrincipal,
  addSecret,
  allowMailbox,
  fetchToken,
  grantAppRole,
  registerApp,
} from '../records/command-line.ts'
import type { AppSubject, Subject, Target } from './check.ts'

/** Ids that the commands before will have told. */
const appObject = 'NEW-APP-OBJECT-ID'
const client = 'NEW-CLIENT-ID'
const principal = 'NEW-SERVICE-PRINCIPAL-ID'

/**
 * Everything to type where the app is gone, and its service principal, its permissions and its secrets with it: a new
 * registration has ids of its own, so nothing that named the old one is of use to it.
 */
export async function startOver(subject: Subject & Partial<Target>): Promise<readonly string[]> {
  const { kind, claims, mailbox } = subject
  const registered = [registerApp(claims.app_displayname), addSecret(appObject), addPrincipal(client)]
  // What the person may open is not lost with the app; the new one is consented to as they sign in to it.
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
