import type { AccessDeps } from './deps.ts'
import { mailSteps, type Step, runChecks } from './decide.ts'
import { freshSubject } from './simulation/fresh.ts'
import { passed } from './checks/check.ts'
import { record } from './records/record.ts'
import type { Access, MailboxLease } from './types.ts'

type Request = Parameters<Access['openForUrl']>[0]

export async function openForUrl(deps: AccessDeps, request: Request): Promise<MailboxLease | undefined> {
  const { caller, by, protocol, address, from, proven } = request
  const principal = await deps.directory.servicePrincipals.find(caller.tenant, { id: by })
  if (!principal) return undefined
  const { appId } = principal
  const subject = await freshSubject(deps, { tenant: caller.tenant, appId, address, protocol })
  const decision = await runChecks([vouched(appId, caller.appId), ...(await mailSteps(subject))])
  const found = decision.failed ? undefined : await subject.mailbox()
  if (!found) return undefined
  const over = new AbortController()
  const opened = { mailbox: await deps.mail.open(found.id, over.signal), giveBack: () => over.abort() }
  try {
    if (await proven(opened.mailbox)) {
      const { claims, facts } = subject
      const app = await facts.app()
      await record(deps, { credential: { bearer: '' }, protocol, address, from, claims, decision, app })
      return opened
    }
  } catch (thrown) {
    opened.giveBack()
    throw thrown
  }
  opened.giveBack()
  return undefined
}

const vouched = (appId: string, shownBy: string): Step => ({
  name: 'token',
  judge: () => passed(`The app ${appId} authorised a URL for it, and the app ${shownBy} showed that.`),
})
