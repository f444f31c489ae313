import { enabledByOwnerNow, retiredNames } from '../../../access/revocation/planned-end.ts'
import type { HttpAnswer } from '../../../core/http.ts'
import { noticePage } from '../pages/notice-pages.ts'
import { actingAs } from './administrators.ts'
import type { Submitted } from './page-flow.ts'
import { ownOf } from './own-passwords.ts'
import { arrive } from './sign-in.ts'
import { signedInHere } from './signed-in-here.ts'
import { show } from './page-request.ts'

/** A protocol was chosen, by the person to whom the page was shown. What is chosen too late is asked for again. */
export async function ownPasswordEnabled({ form, standing, ...turn }: Submitted): Promise<HttpAnswer> {
  const { visit } = turn
  const { deps } = visit.people
  const person = await signedInHere(deps, visit.http)
  if (!person || person.signedIn.session !== standing.session) return arrive(turn)
  const own = await ownOf(visit, person)
  const chosen =
    own && enabledByOwnerNow(own.plan, own.mailbox, deps.world.now()).find((it) => it === form.get('protocol'))
  if (!own || !chosen) return arrive(turn)
  const { cutOff } = await actingAs(visit, person).retirementPlans.reEnableOwn(person.tenant.id, own.mailbox, chosen)
  const { doneTitle, done } = visit.texts.ownPasswords
  const text = done(retiredNames[chosen], own.mailbox.primarySmtpAddress, cutOff)
  return show(visit, { ...noticePage(doneTitle, text), context: person.tenant.displayName })
}
