import type { ServerReady } from './server.ts'
import { exchangeOnline } from '../core/well-known/exchange-online.ts'

const imapAccess = exchangeOnline.appRoles.find(({ value }) => value === 'IMAP.AccessAsApp')

/** What `postern serve` tells the person who started it. */
export function nextSteps(ready: ServerReady, dataDir: string): string {
  const { domain } = ready.tenant
  const listeners = Object.entries(ready.ports).map(([name, port]) => `${name} ${port}`)
  return [
    `Postern ${ready.version} is ready (${ready.profile}). Tenant ${domain}, ${ready.tenant.id}.`,
    `  ${ready.https}   ${listeners.join('   ')}`,
    `  Trust this authority: ${ready.ca}`,
    '',
    'Next, in another terminal:',
    `  npx postern New-Mailbox -Shared -Name Info -PrimarySmtpAddress info@${domain}`,
    `  npx postern import info@${domain} samples`,
    '  npx postern New-MgApplication -DisplayName "Mail fetcher"            # note its appId and id',
    '  npx postern Add-MgApplicationPassword -ApplicationId <id>            # note the secretText',
    '  npx postern New-MgServicePrincipal -AppId <appId>                    # note its id',
    `  npx postern Get-MgServicePrincipal -Filter "appId eq '${exchangeOnline.appId}'"   # note its id: the resource`,
    '  npx postern New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId <principal id> -PrincipalId <principal id> \\',
    `      -ResourceId <resource id> -AppRoleId ${imapAccess?.id}`,
    '  npx postern New-ServicePrincipal -AppId <appId> -ObjectId <principal id>',
    `  npx postern Add-MailboxPermission -Identity info@${domain} -User <principal id> -AccessRights FullAccess`,
    '  npx postern token --client-id <appId> --client-secret <secretText>',
    '  npx postern explain                                                  # whenever a sign-in was refused',
    '',
    `Data is in ${dataDir}. "npm run demo" tells the whole story on a throw-away server.`,
    '',
  ].join('\n')
}
