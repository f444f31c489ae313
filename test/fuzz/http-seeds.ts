/**
 * HTTP requests in order, to be changed. `{names}` are filled in when a request is sent: see http-target.ts. A body's
 * length is filled in last.
 */
const HOST = 'Host: localhost:8443'
const GRAPH = 'Authorization: Bearer {graph}'
const EXCHANGE = 'Authorization: Bearer {exchange}'
const EXCHANGE_ROLES = 'https://outlook.office365.com/.default'
const PERSON = 'openid offline_access https://outlook.office365.com/IMAP.AccessAsUser.All'

const request = (line: string, headers: readonly string[], body?: string): string => {
  const length = body === undefined ? [] : ['Content-Length: {length}']
  return `${[`${line} HTTP/1.1`, HOST, ...headers, ...length].join('\r\n')}\r\n\r\n${body ?? ''}`
}

const get = (path: string, ...headers: string[]): string => request(`GET ${path}`, headers)

const json = (line: string, body: unknown, ...headers: string[]): string =>
  request(line, ['Content-Type: application/json', ...headers], JSON.stringify(body))

/** A form, with `{names}` left as they are. */
const form = (line: string, fields: Readonly<Record<string, string>>, ...headers: string[]): string => {
  const pairs = Object.entries(fields).map(
    ([name, value]) => `${name}=${/^\{\w+\}$/.test(value) ? value : encodeURIComponent(value)}`,
  )
  return request(line, ['Content-Type: application/x-www-form-urlencoded', ...headers], pairs.join('&'))
}

const client = { client_id: '{app}', client_secret: '{secret}' }
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const TOKEN = 'POST /{tenant}/oauth2/v2.0/token'

const tokens = [
  form(TOKEN, { ...client, grant_type: 'client_credentials', scope: EXCHANGE_ROLES }),
  form('POST /contoso.test/oauth2/token', {
    ...client,
    grant_type: 'client_credentials',
    resource: 'https://graph.microsoft.com',
  }),
  form(
    TOKEN,
    { grant_type: 'client_credentials', scope: EXCHANGE_ROLES },
    'Authorization: Basic {basic}',
    'Origin: https://spa.test',
  ),
  form(TOKEN, {
    client_id: '{app}',
    grant_type: 'client_credentials',
    scope: EXCHANGE_ROLES,
    client_assertion_type: JWT_BEARER,
    client_assertion: '{graph}',
  }),
  form(TOKEN, { ...client, grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://app.test/answer' }),
  form(TOKEN, { ...client, grant_type: 'refresh_token', refresh_token: 'x', scope: PERSON }),
  form(TOKEN, { ...client, grant_type: 'password', username: '{user}', password: '{password}', scope: PERSON }),
  form(TOKEN, { client_id: '{app}', grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: 'x' }),
  form(TOKEN, {
    ...client,
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: '{graph}',
    requested_token_use: 'on_behalf_of',
    scope: PERSON,
  }),
  form('POST /{tenant}/oauth2/v2.0/devicecode', { client_id: '{app}', scope: PERSON }),
  request('OPTIONS /{tenant}/oauth2/v2.0/token', ['Origin: https://spa.test', 'Access-Control-Request-Method: POST']),
]

const pages = [
  get(
    '/{tenant}/oauth2/v2.0/authorize?client_id={app}&response_type=code&redirect_uri=https%3A%2F%2Fapp.test%2Fanswer&scope=openid&state=s&nonce=n&prompt=login',
  ),
  get('/common/oauth2/authorize?client_id={app}&response_type=id_token&nonce=n&response_mode=form_post'),
  form('POST /sign-in/user-name', { formState: '{formState}', userName: '{user}' }, 'Cookie: {cookie}'),
  form('POST /sign-in/password', { formState: '{formState}', password: '{password}' }, 'Cookie: {cookie}'),
  form('POST /sign-in/consent', { formState: '{formState}', answer: 'accept' }, 'Cookie: {cookie}'),
  form('POST /sign-in/account', { formState: '{formState}', account: '{user}' }, 'Cookie: {cookie}'),
  form('POST /sign-in/new-password', { formState: '{formState}', password: 'x', newPassword: 'y', again: 'y' }),
  form('POST /sign-in/device', { formState: '{formState}', answer: 'yes' }, 'Cookie: {cookie}'),
  get('/devicelogin?otc=ABCDEFGHI', 'Accept-Language: de, en;q=0.5'),
  form('POST /devicelogin', { code: 'ABCDEFGHI' }, 'Cookie: {cookie}'),
  get('/{tenant}/oauth2/v2.0/logout?post_logout_redirect_uri=https%3A%2F%2Fapp.test%2Fanswer', 'Cookie: {cookie}'),
  get('/{tenant}/adminconsent?client_id={app}&redirect_uri=https%3A%2F%2Fapp.test%2Fanswer&state=s'),
  get('/{tenant}/v2.0/adminconsent?client_id={app}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default'),
  get('/{tenant}/own-passwords', 'Cookie: {cookie}'),
  get('/error?code=50011'),
  get('/{tenant}/v2.0/.well-known/openid-configuration'),
  get('/common/discovery/v2.0/keys'),
  get('/{tenant}/discovery/instance?api-version=1.1&authorization_endpoint=https://localhost/common/oauth2/authorize'),
  get('/common/userrealm/{user}?api-version=1.0'),
  get('/oidc/userinfo', GRAPH),
]

const graph = [
  get("/v1.0/applications?$filter=displayName eq 'Reader'&$select=id,appId&$top=5&$count=true", GRAPH),
  get('/v1.0/applications?$search=%22displayName:Rea%22&$orderby=displayName', GRAPH, 'ConsistencyLevel: eventual'),
  get('/v1.0/applications/$count', GRAPH, 'ConsistencyLevel: eventual'),
  get("/v1.0/applications(appId='{app}')?$expand=owners", GRAPH),
  get('/v1.0/applications/{object}/owners', GRAPH),
  get('/v1.0/applications/{object}/federatedIdentityCredentials', GRAPH),
  get("/v1.0/servicePrincipals?$filter=appId eq '{app}' or startswith(displayName,'R')", GRAPH),
  get('/v1.0/servicePrincipals/{principal}/appRoleAssignments?$skiptoken=AAAA', GRAPH),
  get("/v1.0/users?$filter=userPrincipalName in ('{user}','x') and accountEnabled ne false&$top=2", GRAPH),
  get('/v1.0/users/{user}/memberOf', GRAPH),
  get('/v1.0/me', GRAPH),
  get('/v1.0/directoryRoles', GRAPH),
  get('/v1.0/roleManagement/directory/roleAssignments?$expand=principal', GRAPH),
  get('/v1.0/oauth2PermissionGrants?$filter=clientId eq {principal}', GRAPH),
  get(
    '/v1.0/auditLogs/signIns?$filter=createdDateTime ge 2026-01-01T00:00:00Z and status/errorCode eq 0&$top=3',
    GRAPH,
  ),
  get('/v1.0/auditLogs/directoryAudits?$top=3&$orderby=activityDateTime desc', GRAPH),
  get('/v1.0/organization', GRAPH),
  get('/beta/domains', GRAPH),
  get('/v1.0/$metadata'),
  json(
    'POST /v1.0/applications',
    { displayName: 'Fuzz', signInAudience: 'AzureADMyOrg', web: { redirectUris: ['https://a.test'] } },
    GRAPH,
  ),
  json('PATCH /v1.0/applications/{object}', { displayName: 'Other', tags: ['a'], identifierUris: ['api://x'] }, GRAPH),
  json(
    'POST /v1.0/applications/{object}/addPassword',
    { passwordCredential: { displayName: 'p', endDateTime: '2027-01-01T00:00:00Z' } },
    GRAPH,
  ),
  json('POST /v1.0/applications/{object}/removePassword', { keyId: '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11' }, GRAPH),
  json(
    'POST /v1.0/applications/{object}/addKey',
    {
      keyCredential: { type: 'AsymmetricX509Cert', usage: 'Verify', key: 'AAAA' },
      passwordCredential: null,
      proof: '{graph}',
    },
    GRAPH,
  ),
  json(
    'POST /v1.0/applications/{object}/federatedIdentityCredentials',
    { name: 'f', issuer: 'https://issuer.test', subject: 's', audiences: ['api://AzureADTokenExchange'] },
    GRAPH,
  ),
  json(
    'POST /v1.0/applications/{object}/owners/$ref',
    { '@odata.id': 'https://graph.microsoft.com/v1.0/directoryObjects/{principal}' },
    GRAPH,
  ),
  json('POST /v1.0/servicePrincipals', { appId: '{app}' }, GRAPH),
  json(
    'POST /v1.0/servicePrincipals/{principal}/appRoleAssignments',
    { principalId: '{principal}', resourceId: '{principal}', appRoleId: '5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11' },
    GRAPH,
  ),
  json(
    'POST /v1.0/users',
    {
      accountEnabled: true,
      displayName: 'F',
      mailNickname: 'f',
      userPrincipalName: 'f@contoso.test',
      passwordProfile: { password: 'Analytical-Engine-1843' },
    },
    GRAPH,
  ),
  json('PATCH /v1.0/users/{user}', { displayName: 'Ada', accountEnabled: true }, GRAPH, 'Content-Encoding: identity'),
  json(
    'POST /v1.0/oauth2PermissionGrants',
    { clientId: '{principal}', consentType: 'AllPrincipals', resourceId: '{principal}', scope: 'Mail.Read' },
    GRAPH,
  ),
  request('DELETE /v1.0/oauth2PermissionGrants/AAAA', [GRAPH]),
  request('DELETE /v1.0/applications/5f2d8a0e-57c5-4a52-8a8d-0a8f3c7f9b11', [GRAPH]),
]

const cmdlet = (CmdletName: string, Parameters: object): string =>
  json(
    'POST /adminapi/beta/{tenant}/InvokeCommand',
    { CmdletInput: { CmdletName, Parameters } },
    EXCHANGE,
    'X-CmdletName: x',
  )

const exchange = [
  cmdlet('Get-Mailbox', { ResultSize: '2', Filter: "Alias -like 'a*'" }),
  cmdlet('Get-EXOMailbox', { Identity: '{user}' }),
  cmdlet('New-Mailbox', { Shared: true, Name: 'Fuzz', PrimarySmtpAddress: 'fuzz@contoso.test' }),
  cmdlet('Set-Mailbox', {
    Identity: '{user}',
    ProhibitSendQuota: '49 GB (52,613,349,376 bytes)',
    EmailAddresses: { '@odata.type': '#Exchange.GenericHashTable', add: ['smtp:x@contoso.test'] },
  }),
  cmdlet('Set-CASMailbox', { Identity: '{user}', ImapEnabled: false }),
  cmdlet('Add-MailboxPermission', { Identity: '{user}', User: '{principal}', AccessRights: ['FullAccess'] }),
  cmdlet('Get-MailboxPermission', { Identity: '{user}' }),
  cmdlet('New-DynamicDistributionGroup', {
    Name: 'D',
    RecipientFilter: "(RecipientType -eq 'UserMailbox') -and (Name -ne 'x')",
  }),
  cmdlet('New-ManagementScope', { Name: 'S', RecipientRestrictionFilter: "CustomAttribute1 -eq 'x'" }),
  cmdlet('New-AuthenticationPolicy', { Name: 'P', AllowBasicAuthImap: true }),
  cmdlet('New-RoleGroup', { Name: 'G', Roles: ['Mail Recipients'] }),
  cmdlet('Search-UnifiedAuditLog', {
    StartDate: '2026-01-01',
    EndDate: '2027-01-01',
    ResultSize: 3,
    SessionId: 's',
    SessionCommand: 'ReturnLargeSet',
  }),
  cmdlet('Get-MessageTraceV2', { StartDate: '11/20/2026', EndDate: '11/24/2026', ResultSize: 3 }),
  cmdlet('Get-MailboxFolderStatistics', { Identity: '{user}', FolderScope: 'Inbox' }),
  cmdlet('Test-ServicePrincipalAuthorization', { Identity: '{principal}', Resource: '{user}' }),
  get('/adminapi/beta/{tenant}/Mailbox?$filter=Alias eq %27ada%27&$top=2&$select=Identity', EXCHANGE),
  get("/adminapi/beta/{tenant}/Mailbox('ada')/MailboxPermission?isEncoded=false", EXCHANGE),
  get('/adminapi/beta/{tenant}/InvokeCommand?$skiptoken=AAAA', EXCHANGE),
  get('/adminapi/beta/{tenant}/$metadata', EXCHANGE),
  get("/adminapi/v1.0/{tenant}/EXOBanner('AutogenSession')?Version=3.4.0", EXCHANGE),
  json(
    'POST /adminapi/beta/{tenant}/$batch',
    {
      requests: [
        {
          id: '1',
          method: 'POST',
          url: '/adminapi/beta/{tenant}/InvokeCommand',
          headers: {},
          body: { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: {} } },
        },
      ],
    },
    EXCHANGE,
  ),
  json(
    'POST /adminapi/v2.0/{tenant}/Mailbox',
    { CmdletInput: { CmdletName: 'Get-Mailbox', Parameters: {} } },
    EXCHANGE,
  ),
]

const portal = [
  get('/postern/v1/{tenant}/simulate?protocol=imap&mailbox={user}&client_id={app}', GRAPH),
  get('/postern/v1/{tenant}/sign-ins/last-refused', GRAPH),
  get('/postern/v1/{tenant}/apps/{app}/advice', GRAPH),
  get('/postern/v1/{tenant}/mailboxes/{user}/folders', EXCHANGE),
  get('/postern/v1/{tenant}/mailboxes/{user}/folders/INBOX/messages', EXCHANGE),
  request(
    'POST /postern/v1/{tenant}/mailboxes/{user}/folders/INBOX/messages',
    [EXCHANGE, 'Content-Type: message/rfc822'],
    'Subject: x\r\n\r\ntext\r\n',
  ),
  get('/postern/v1/basic-auth-report?days=3', GRAPH),
  get('/postern/v1/expiring-credentials?days=30', GRAPH),
  get('/postern/v1/signing-keys', GRAPH),
  json('POST /postern/v1/tenants', { displayName: 'T', domain: 'x.test' }, GRAPH),
  json('POST /postern/v1/own-basic-auth', { userPrincipalName: '{user}' }, GRAPH),
  get('/health'),
]

export const httpSeeds: readonly Buffer[] = [...tokens, ...pages, ...graph, ...exchange, ...portal].map((text) =>
  Buffer.from(text, 'latin1'),
)

/** Pieces that are put in whole. */
export const httpWords: readonly string[] = [
  '\r\n',
  '\r\n\r\n',
  '\r\nTransfer-Encoding: chunked\r\n',
  '\r\nContent-Encoding: gzip\r\n',
  '\r\nContent-Length: 5\r\n',
  '\r\nExpect: 100-continue\r\n',
  '\r\nConnection: close\r\n',
  '\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
  '\r\nHost: localhost:99999\r\n',
  '\r\nHost: [::1\r\n',
  '\r\nX-HTTP-Method-Override: DELETE\r\n',
  '\r\nPrefer: odata.maxpagesize=1\r\n',
  'HEAD ',
  'OPTIONS ',
  'PUT ',
  '//[?a',
  '/..%2f',
  '%00',
  '%',
  '%ff',
  '%2e%2e/',
  '?',
  '#',
  '&',
  "'",
  '"',
  '\\u0000',
  '\\ud800',
  '[[[[[[[[',
  '{"a":',
  'null',
  '1e999',
  '$filter=',
  ' and not(',
  " eq 'x' or ",
  'any(x:x/y eq 1)',
  '$top=0',
  '$skip=-1',
  '$select=*',
  '__proto__',
  'constructor',
  '{graph}',
  '{exchange}',
  '{tenant}',
  '{user}',
  '{principal}',
]
