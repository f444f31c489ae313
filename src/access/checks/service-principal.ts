import { addPrincipal, enablePrincipal, fetchToken } from '../records/command-line.ts'
import { failed, type Finding, passed, type Subject, type Target } from './check.ts'
import { startOver } from './start-over.ts'

export const servicePrincipal = {
  name: 'servicePrincipal',
  async judge(subject: Subject & Partial<Target>): Promise<Finding> {
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

async function missing({ directory, kind, claims, simulated }: Subject): Promise<Finding> {
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
