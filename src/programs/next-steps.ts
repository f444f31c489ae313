import type { Ready } from './server.ts'

/** What `postern serve` tells the person who started it. */
export function nextSteps(ready: Ready, dataDir: string): string {
  const { domain } = ready.tenant
  const listeners = Object.entries(ready.ports).map(([name, port]) => `${name} ${port}`)
  return [
    `Postern ${ready.version} is ready (${ready.profile}). Tenant ${domain}, ${ready.tenant.id}.`,
    `  ${ready.https}   ${listeners.join('   ')}`,
    `  Trust this authority: ${ready.ca}`,
    '',
    'Next, in another terminal:',
    `  postern New-Mailbox -Shared -Name Info -PrimarySmtpAddress info@${domain}`,
    `  postern import info@${domain} samples`,
    '  postern New-MgApplication -DisplayName "Mail fetcher"            # note its appId and id',
    '  postern Add-MgApplicationPassword -ApplicationId <id>            # note the secretText',
    '  postern New-MgServicePrincipal -AppId <appId>                    # note its id',
    '  postern New-ServicePrincipal -AppId <appId> -ObjectId <service principal id>',
    `  postern Add-MailboxPermission -Identity info@${domain} -User <service principal id> -AccessRights FullAccess`,
    '  postern explain                                                  # whenever a sign-in was refused',
    '',
    `Data is in ${dataDir}. The whole story, role assignment included, is in README.md and in "npm run demo".`,
    '',
  ].join('\n')
}
