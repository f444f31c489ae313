import { describe, expect, it } from 'vitest'
import { bindJson } from '../bind.ts'
import type { CmdletCall, HttpCmdlet } from '../cmdlet.ts'
import { findCmdlet } from '../index.ts'

const callOf = (name: string, parameters: Record<string, unknown>): CmdletCall => {
  const cmdlet = findCmdlet(name) as HttpCmdlet
  return cmdlet.call(bindJson(cmdlet, parameters).values)
}

describe('cmdlets of the Graph module as requests', () => {
  it.each<[string, Record<string, unknown>, CmdletCall]>([
    [
      'New-MgApplication',
      { DisplayName: 'A', IdentifierUris: ['api://a'], Web: { RedirectUris: ['https://a'] } },
      {
        verb: 'POST',
        path: '/applications',
        body: { displayName: 'A', identifierUris: ['api://a'], web: { redirectUris: ['https://a'] } },
        answers: 'one',
      },
    ],
    ['Get-MgApplication', {}, { verb: 'GET', path: '/applications', query: {}, answers: 'many' }],
    [
      'Get-MgApplication',
      { ApplicationId: 'a/b' },
      { verb: 'GET', path: '/applications/a%2Fb', query: {}, answers: 'one' },
    ],
    [
      'Get-MgApplication',
      { Filter: "displayName eq 'A'", Top: 3, Property: ['Id', 'appId'] },
      {
        verb: 'GET',
        path: '/applications',
        query: { $filter: "displayName eq 'A'", $top: '3', $select: 'id,appId' },
        answers: 'many',
        most: 3,
      },
    ],
    [
      'Get-MgUser',
      { All: true, PageSize: 50 },
      { verb: 'GET', path: '/users', query: { $top: '50' }, answers: 'many', most: Number.POSITIVE_INFINITY },
    ],
    ['Get-MgUser', { Top: 5000 }, { verb: 'GET', path: '/users', query: { $top: '999' }, answers: 'many', most: 5000 }],
    [
      'Update-MgApplication',
      { ApplicationId: 'a', KeyCredentials: [{ Type: 'AsymmetricX509Cert', Usage: 'Verify', Key: 'AQID' }] },
      {
        verb: 'PATCH',
        path: '/applications/a',
        body: { keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify', key: 'AQID' }] },
        answers: 'nothing',
      },
    ],
    ['Remove-MgApplication', { ApplicationId: 'a' }, { verb: 'DELETE', path: '/applications/a', answers: 'nothing' }],
    [
      'Add-MgApplicationPassword',
      { ApplicationId: 'a', PasswordCredential: { displayName: 'x' } },
      {
        verb: 'POST',
        path: '/applications/a/addPassword',
        body: { passwordCredential: { displayName: 'x' } },
        answers: 'one',
      },
    ],
    [
      'Remove-MgApplicationPassword',
      { ApplicationId: 'a', KeyId: 'k' },
      { verb: 'POST', path: '/applications/a/removePassword', body: { keyId: 'k' }, answers: 'nothing' },
    ],
    [
      'Update-MgServicePrincipal',
      { ServicePrincipalId: 's', AccountEnabled: false },
      { verb: 'PATCH', path: '/servicePrincipals/s', body: { accountEnabled: false }, answers: 'nothing' },
    ],
    [
      'New-MgServicePrincipalAppRoleAssignment',
      { ServicePrincipalId: 's', PrincipalId: 's', ResourceId: 'r', AppRoleId: 'i' },
      {
        verb: 'POST',
        path: '/servicePrincipals/s/appRoleAssignments',
        body: { principalId: 's', resourceId: 'r', appRoleId: 'i' },
        answers: 'one',
      },
    ],
    [
      'Remove-MgServicePrincipalAppRoleAssignment',
      { ServicePrincipalId: 's', AppRoleAssignmentId: 'a' },
      { verb: 'DELETE', path: '/servicePrincipals/s/appRoleAssignments/a', answers: 'nothing' },
    ],
    [
      'New-MgUser',
      { DisplayName: 'Ada', UserPrincipalName: 'ada@contoso.test', MailNickname: 'ada' },
      {
        verb: 'POST',
        path: '/users',
        body: { displayName: 'Ada', userPrincipalName: 'ada@contoso.test', mailNickname: 'ada', accountEnabled: false },
        answers: 'one',
      },
    ],
    [
      'Get-MgUser',
      { Sort: ['DisplayName desc', 'id'], ConsistencyLevel: 'eventual' },
      { verb: 'GET', path: '/users', query: { $orderby: 'displayName desc,id' }, answers: 'many' },
    ],
    [
      'Update-MgUser',
      { UserId: 'ada@contoso.test', PasswordProfile: { Password: 'x', ForceChangePasswordNextSignIn: true } },
      {
        verb: 'PATCH',
        path: '/users/ada%40contoso.test',
        body: { passwordProfile: { password: 'x', forceChangePasswordNextSignIn: true } },
        answers: 'nothing',
      },
    ],
    ['Remove-MgUser', { UserId: 'u' }, { verb: 'DELETE', path: '/users/u', answers: 'nothing' }],
    [
      'Get-MgUserMemberOf',
      { UserId: 'ada@contoso.test' },
      { verb: 'GET', path: '/users/ada%40contoso.test/memberOf', query: {}, answers: 'many' },
    ],
    [
      'New-MgUserAppRoleAssignment',
      { UserId: 'u', PrincipalId: 'u', ResourceId: 'r', AppRoleId: 'i' },
      {
        verb: 'POST',
        path: '/users/u/appRoleAssignments',
        body: { principalId: 'u', resourceId: 'r', appRoleId: 'i' },
        answers: 'one',
      },
    ],
    ['Get-MgOrganization', {}, { verb: 'GET', path: '/organization', query: {}, answers: 'many' }],
    [
      'Add-MgApplicationKey',
      { ApplicationId: 'a', KeyCredential: { Type: 'AsymmetricX509Cert', Usage: 'Verify', Key: 'AQID' }, Proof: 'p' },
      {
        verb: 'POST',
        path: '/applications/a/addKey',
        body: { keyCredential: { type: 'AsymmetricX509Cert', usage: 'Verify', key: 'AQID' }, proof: 'p' },
        answers: 'one',
      },
    ],
    [
      'New-MgApplicationFederatedIdentityCredential',
      { ApplicationId: 'a', Name: 'n', Issuer: 'https://i', Subject: 's', Audiences: ['api://AzureADTokenExchange'] },
      {
        verb: 'POST',
        path: '/applications/a/federatedIdentityCredentials',
        body: { name: 'n', issuer: 'https://i', subject: 's', audiences: ['api://AzureADTokenExchange'] },
        answers: 'one',
      },
    ],
    [
      'Get-MgServicePrincipal',
      { ServicePrincipalId: 's', ExpandProperty: ['AppRoleAssignments'] },
      { verb: 'GET', path: '/servicePrincipals/s', query: { $expand: 'appRoleAssignments' }, answers: 'one' },
    ],
    [
      'New-MgServicePrincipalAppRoleAssignedTo',
      { ServicePrincipalId: 'r', PrincipalId: 's', ResourceId: 'r', AppRoleId: 'i' },
      {
        verb: 'POST',
        path: '/servicePrincipals/r/appRoleAssignedTo',
        body: { principalId: 's', resourceId: 'r', appRoleId: 'i' },
        answers: 'one',
      },
    ],
    [
      'New-MgOauth2PermissionGrant',
      { ClientId: 'c', ConsentType: 'AllPrincipals', ResourceId: 'r', Scope: 'User.Read Mail.Read' },
      {
        verb: 'POST',
        path: '/oauth2PermissionGrants',
        body: { clientId: 'c', consentType: 'AllPrincipals', resourceId: 'r', scope: 'User.Read Mail.Read' },
        answers: 'one',
      },
    ],
    [
      'Update-MgOauth2PermissionGrant',
      { OAuth2PermissionGrantId: 'g', Scope: 'User.Read' },
      { verb: 'PATCH', path: '/oauth2PermissionGrants/g', body: { scope: 'User.Read' }, answers: 'nothing' },
    ],
    [
      'New-MgDirectoryRoleMemberByRef',
      { DirectoryRoleId: 'd', OdataId: 'https://graph.microsoft.com/v1.0/directoryObjects/u' },
      {
        verb: 'POST',
        path: '/directoryRoles/d/members/$ref',
        body: { '@odata.id': 'https://graph.microsoft.com/v1.0/directoryObjects/u' },
        answers: 'nothing',
      },
    ],
    [
      'Remove-MgDirectoryRoleMemberByRef',
      { DirectoryRoleId: 'd', DirectoryObjectId: 'u' },
      { verb: 'DELETE', path: '/directoryRoles/d/members/u/$ref', answers: 'nothing' },
    ],
    [
      'New-MgRoleManagementDirectoryRoleAssignment',
      { PrincipalId: 'u', RoleDefinitionId: 'r' },
      {
        verb: 'POST',
        path: '/roleManagement/directory/roleAssignments',
        body: { principalId: 'u', roleDefinitionId: 'r', directoryScopeId: '/' },
        answers: 'one',
      },
    ],
    [
      'Get-MgAuditLogSignIn',
      { Filter: 'status/errorCode ne 0', Top: 10 },
      {
        verb: 'GET',
        path: '/auditLogs/signIns',
        query: { $filter: 'status/errorCode ne 0', $top: '10' },
        answers: 'many',
        most: 10,
      },
    ],
    [
      'New-Tenant',
      { Domain: 'fabrikam.test' },
      {
        verb: 'POST',
        path: '/postern/v1/tenants',
        body: { domain: 'fabrikam.test', displayName: 'fabrikam.test' },
        answers: 'one',
      },
    ],
  ])('%s %j', (name, parameters, call) => {
    expect(callOf(name, parameters)).toEqual(call)
  })
})
