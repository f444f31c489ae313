import { existsSync } from 'node:fs'
import path from 'node:path'
import { quoted } from '../core/command-line.ts'
import { runnableHere } from './cli/program-name.ts'
import type { ServerReady } from './server.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'

const imapAccess = exchangeOnline.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')

/** Sample messages of a checkout; an installed package has none. */
const samples = path.resolve(import.meta.dirname, '../../samples')

/** The text that `postern serve` prints: every command in it runs in any directory, as printed. */
export function nextSteps(
  ready: ServerReady,
  { data, env }: { data: string; env: Readonly<Record<string, string | undefined>> },
): string {
  const { domain } = ready.tenant
  const listeners = Object.entries(ready.ports).map(([name, port]) => `${name} ${port}`)
  const run = (line: string) => runnableHere(`postern ${line}`, { env, data })
  const steps: readonly (readonly [string, string])[] = [
    ['Create a mailbox', `New-Mailbox -Shared -Name Info -PrimarySmtpAddress info@${domain}`],
    ...(existsSync(samples) ? [['Import mail', `import info@${domain} ${quoted(samples)}`] as const] : []),
    ['Register an app; note its appId and id', 'New-MgApplication -DisplayName "Mail fetcher"'],
    ['Create a secret; note the secretText', 'Add-MgApplicationPassword -ApplicationId APP-OBJECT-ID'],
    ['Create its service principal; note the id', 'New-MgServicePrincipal -AppId CLIENT-ID'],
    [
      'Find Exchange; note the id: it is the resource',
      `Get-MgServicePrincipal -Filter "appId eq '${exchangeOnline.appId}'"`,
    ],
    [
      'Consent to IMAP.AccessAsApp',
      `New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId PRINCIPAL-ID -PrincipalId PRINCIPAL-ID -ResourceId RESOURCE-ID -AppRoleId ${imapAccess?.id}`,
    ],
    ['Create its Exchange service principal', 'New-ServicePrincipal -AppId CLIENT-ID -ObjectId PRINCIPAL-ID'],
    [
      'Grant it the mailbox',
      `Add-MailboxPermission -Identity info@${domain} -User PRINCIPAL-ID -AccessRights FullAccess`,
    ],
    ['Fetch a token', 'token --client-id CLIENT-ID --client-secret SECRET-TEXT'],
    ['Find out why a sign-in was refused', 'explain'],
  ]
  return [
    `Postern ${ready.version} is ready (${ready.profile}). Tenant ${domain}, ${ready.tenant.id}.`,
    `  ${ready.https}   ${listeners.join('   ')}`,
    `  CA certificate: ${ready.ca}`,
    `  Data: ${data}`,
    '',
    'Next, in another terminal:',
    ...steps.flatMap(([does, line]) => [`  # ${does}`, `  ${run(line)}`]),
    '',
  ].join('\n')
}
