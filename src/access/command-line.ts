import type { AppId, Guid, TenantId } from '../core/ids.ts'
import { exchangeOnline } from '../domain/directory/well-known/exchange-online.ts'

/** A value as a POSIX shell and our own command line take it: nothing that it holds is more than a value. */
export function quoted(value: string): string {
  // The command line reads `@FILE` from a file; two of them are a literal one.
  const literal = value.startsWith('@') ? `@${value}` : value
  return /^[\w./:=+,@%-]+$/.test(literal) ? literal : `'${literal.replaceAll("'", String.raw`'\''`)}'`
}

const line = (...words: readonly string[]): string => ['postern', ...words].join(' ')

export const fetchToken = (tenant: TenantId | undefined, appId: AppId | undefined): string =>
  line(
    'token',
    ...(tenant ? ['--tenant', tenant] : []),
    '--client-id',
    appId ?? 'CLIENT-ID',
    '--client-secret-file',
    'SECRET-FILE',
    '--scope',
    `${exchangeOnline.identifiers[0]}/.default`,
  )

export const grantAppRole = (principal: Guid, resource: Guid, appRoleId: Guid): string =>
  line(
    'New-MgServicePrincipalAppRoleAssignment',
    `-ServicePrincipalId ${principal}`,
    `-PrincipalId ${principal}`,
    `-ResourceId ${resource}`,
    `-AppRoleId ${appRoleId}`,
  )

export const registerApp = (displayName: string): string =>
  line('New-MgApplication', '-DisplayName', quoted(displayName))

export const addPrincipal = (appId: AppId): string => line('New-MgServicePrincipal', '-AppId', appId)

export const enablePrincipal = (principal: Guid): string =>
  line('Update-MgServicePrincipal', '-ServicePrincipalId', principal, '-AccountEnabled')

export const addExchangePrincipal = (appId: AppId, objectId: Guid): string =>
  line('New-ServicePrincipal', '-AppId', appId, '-ObjectId', objectId)

export const removeExchangePrincipal = (guid: Guid): string => line('Remove-ServicePrincipal', '-Identity', guid)

export const addMailbox = (name: string, address: string): string =>
  line('New-Mailbox', '-Shared', '-Name', quoted(name), '-PrimarySmtpAddress', quoted(address))

export const listMailboxes = (): string => line('Get-Mailbox')

export const enableProtocol = (address: string, parameter: 'ImapEnabled' | 'PopEnabled'): string =>
  line('Set-CASMailbox', '-Identity', quoted(address), `-${parameter}`, '$true')

export const allowMailbox = (address: string, user: Guid): string =>
  line('Add-MailboxPermission', '-Identity', quoted(address), '-User', user, '-AccessRights', 'FullAccess')

export const liftDenial = (address: string, user: Guid): string =>
  line('Remove-MailboxPermission', '-Identity', quoted(address), '-User', user, '-AccessRights', 'FullAccess', '-Deny')
