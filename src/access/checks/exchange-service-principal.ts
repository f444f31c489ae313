import type { ExchangeServicePrincipal } from '../../domain/directory/types.ts'
import { underway } from '../propagation.ts'
import { addExchangePrincipal, allowMailbox, removeExchangePrincipal } from '../records/command-line.ts'
import { type AppSubject, failed, type CheckResult, type CheckOfDecision, passed, type CheckTarget } from './check.ts'

type AppCheckInput = AppSubject & CheckTarget

/** Exchange's own pointer has to name the app and, as its ObjectId, the service principal that the token is for. */
export const exchangeServicePrincipal: CheckOfDecision<AppCheckInput> = {
  name: 'exchangeServicePrincipal',
  async judge(subject) {
    const { facts, claims } = subject
    const found = await facts.exchangePrincipal()
    if (!found) return missing(subject)
    if (found.objectId !== claims.oid) return wrongObject(subject, found)
    const waiting = underway(subject.rules.propagation, found.created)
    if (waiting) return failed(`Exchange's service principal ${found.guid} ${waiting}.`)
    return passed(
      `Exchange has the service principal ${found.guid} with AppId ${found.appId} and ObjectId ${found.objectId}.`,
    )
  },
}

/** docs/reference/exchange-admin.md §13, row 2 */
async function missing({ directory, claims }: AppCheckInput): Promise<CheckResult> {
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
    // The permissions of the one that is removed are not those of the one that is made.
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
