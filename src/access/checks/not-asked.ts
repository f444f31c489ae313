import type { AppSubject, Opening } from './check.ts'
import { assignmentsFor } from './assignments.ts'

const spoken = { imap: 'IMAP4', pop3: 'POP3', smtp: 'submission' } as const

/**
 * contract/exchange-admin §13, rows 19 and 20: what an administrator may have set up for the app and expect to count here,
 * and does not. Empty where there is nothing of the kind.
 */
export async function notAsked(subject: AppSubject & Opening): Promise<string> {
  const { facts, protocol } = subject
  const [policies, roles] = await Promise.all([facts.accessPolicies(), facts.managementRoles()])
  const byConsent = protocol === 'smtp' ? (await assignmentsFor(subject))[0] : undefined
  const idle = byConsent ? undefined : roles[0]
  return [
    policies.length > 0
      ? ` ${spoken[protocol]} asks no application access policy; that on '${policies[0]!.scope.name}' neither opens nor closes the mailbox here.`
      : '',
    byConsent
      ? ` The role assignment '${byConsent.name}' is not asked, since the token carries SMTP.SendAsApp: without that permission, it would be.`
      : '',
    idle
      ? ` The role assignment '${idle.name}' (${idle.role.name}) counts for nothing over ${spoken[protocol]}${protocol === 'smtp' ? '' : ', for which there is no management role'}.`
      : '',
  ].join('')
}
