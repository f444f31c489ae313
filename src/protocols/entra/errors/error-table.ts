/** The checks of a token request, in the order in which they are made. */
export const entraChecks = ['tenant', 'client', 'clientCredential', 'grant', 'user', 'resource', 'consent'] as const
export type EntraCheck = (typeof entraChecks)[number]

/** One line of the table. */
export interface AadstsError<Args extends string[] = string[]> {
  readonly status: number
  readonly error: string
  /** Undefined for a malformed request and for an internal error. */
  readonly check: EntraCheck | undefined
  /** Returns the sentence, with values that the client sent. */
  readonly says: (...args: Args) => string
  /** docs/reference/identity.md §8.1: it tells MSAL what the user has to do. */
  readonly suberror?: string
  /** docs/reference/identity.md §8.1: answers have no `error_uri` for a code that the lookup page does not know. */
  readonly unlisted?: true
}

type Check = EntraCheck | undefined
type Further = Pick<AadstsError, 'suberror' | 'unlisted'>

const kind =
  (status: number, error: string) =>
  <Args extends string[]>(check: Check, says: (...args: Args) => string, further: Further = {}): AadstsError<Args> => ({
    status,
    error,
    check,
    says,
    ...further,
  })

const request = kind(400, 'invalid_request')
const client = kind(401, 'invalid_client')
const unauthorized = kind(400, 'unauthorized_client')
const grant = kind(400, 'invalid_grant')
const resource = kind(400, 'invalid_resource')
const scope = kind(400, 'invalid_scope')
const interaction = kind(400, 'interaction_required')

const notInDirectory =
  'This can happen if the application has not been installed by the administrator of the tenant or consented to by ' +
  'any user in the tenant.'
const checkFederation =
  'Please check your federated identity credential Subject, Audience and Issuer against the presented assertion. ' +
  'https://learn.microsoft.com/entra/workload-id/workload-identity-federation'
const otherEndpoints = 'Please use the /organizations or tenant-specific endpoint.'
const whoAsks = 'Send an interactive authorization request for this user and resource.'

/**
 * docs/reference/identity.md §8.2: all codes of the token service, by number. (unverified) marks those that the
 * reference is not sure of.
 */
export const errorTable = {
  16000: interaction(
    'user',
    () =>
      'Either multiple user identities are available for the current request or the selected account is not supported for the scenario.',
  ),
  28002: scope(
    'resource',
    (requested) =>
      `Provided value for the input parameter scope '${requested}' is not valid when requesting an access token. Please specify a valid scope.`,
  ), // error (unverified)
  28003: scope(
    'resource',
    () =>
      'Provided value for the input parameter scope cannot be empty when requesting an access token using the provided authorization code. Please specify a valid scope.',
  ), // error (unverified)
  50000: kind(500, 'server_error')(undefined, () => 'There was an error issuing a token.'),
  50001: resource('resource', (named) => `The resource is disabled or the resource named ${named} was not found.`),
  50011: request(
    'client',
    (uri, appId) =>
      `The redirect URI '${uri}' specified in the request does not match the redirect URIs configured for the application '${appId}'. Make sure the redirect URI sent in the request matches one added to your application.`,
  ),
  50012: client('clientCredential', (why) => `Authentication failed. ${why}`), // status (unverified)
  50013: grant('grant', (reason) => `Assertion failed signature validation. [Reason - ${reason}]`),
  50027: client('clientCredential', (why) => `JWT token is invalid or malformed. ${why}`), // status (unverified)
  50034: grant(
    'user',
    (user, directory) =>
      `The user account ${user} does not exist in the ${directory} directory. To sign into this application, the account must be added to the directory.`,
  ),
  50048: client(
    'clientCredential',
    (issuer, subject) =>
      `SubjectMismatchesIssuer: subject '${subject}' mismatches issuer claim '${issuer}' in the client assertion.`,
  ), // status (unverified)
  50049: kind(400, 'invalid_instance')('tenant', () => 'Unknown or invalid instance.'),
  50053: grant(
    'user',
    () => "The account is locked, you've tried to sign in too many times with an incorrect user ID or password.",
  ),
  50055: grant('user', () => 'The password is expired.', { suberror: 'user_password_expired' }),
  50056: grant('user', () => 'Invalid or null password: the password does not exist in the directory for this user.'),
  50057: grant('user', () => 'The user account is disabled.'),
  50058: kind(400, 'login_required')('user', () => 'A silent sign-in request was sent but no user is signed in.'),
  50059: request(
    'tenant',
    () => 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  ),
  50089: request(
    'grant',
    () => 'Authentication failed due to flow token expired. Expected: a sign-in that is completed soon after it began.',
  ),
  50105: interaction(
    'user',
    (client_, name, user) =>
      `Your administrator has configured the application ${name} ('${client_}') to block users unless they are specifically granted ('assigned') access to the application. The signed-in user '${user}' is blocked because they are not assigned to a role for it.`,
  ), // error (unverified)
  50126: grant('user', () => 'Error validating credentials due to invalid username or password.'),
  50147: grant('grant', () => 'Missing or invalid code challenge size.'),
  50166: request('clientCredential', () => 'Request to External OIDC endpoint failed.', { unlisted: true }),
  50173: grant(
    'grant',
    (issued) =>
      `The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password. The grant was issued on '${issued}'.`,
    { suberror: 'bad_token' },
  ),
  50194: request(
    'client',
    (appId, name) =>
      `Application '${appId}'(${name}) isn't configured as a multi-tenant application. Usage of the /common endpoint isn't supported for such apps. Use a tenant-specific endpoint or configure the application to be multi-tenant.`,
  ),
  54005: grant(
    'grant',
    () =>
      'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ),
  65001: grant(
    'consent',
    (appId, name) =>
      `The user or administrator has not consented to use the application with ID '${appId}' named '${name}'. ${whoAsks}`,
    { suberror: 'consent_required' },
  ),
  65004: kind(400, 'access_denied')('consent', () => 'User declined to consent to access the app.'),
  65005: kind(400, 'invalid_client')(
    'resource',
    (appId, named) =>
      `The application '${appId}' asked for scope '${named}' that doesn't exist on the resource, or its required resource access list does not contain applications discoverable by the resource.`,
  ), // error (unverified)
  70000: grant('grant', () => 'The provided grant is invalid or malformed.'),
  70003: kind(400, 'unsupported_grant_type')(
    'grant',
    (type) => `The app requested an unsupported grant type '${type}'.`,
  ),
  70007: kind(400, 'unsupported_response_mode')(
    'grant',
    (mode) => `'${mode}' is not a supported value of 'response_mode' when requesting a token.`,
  ), // error (unverified)
  70008: grant(
    'grant',
    () => `The provided authorization code or refresh token has expired due to inactivity. ${whoAsks}`,
  ),
  70011: scope(
    'resource',
    (requested) =>
      `The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope ${requested} is not valid.`,
  ),
  70016: kind(400, 'authorization_pending')(
    'grant',
    () => 'OAuth 2.0 device flow error. Authorization is pending. Continue polling.',
  ),
  70018: kind(400, 'bad_verification_code')('grant', () => 'Invalid verification code.'),
  70019: kind(400, 'expired_token')('grant', () => 'Verification code expired.'),
  70021: request(
    'clientCredential',
    (issuer, subject, audience) =>
      `No matching federated identity record found for presented assertion. Assertion Issuer: '${issuer}'. Assertion Subject: '${subject}'. Assertion Audience: '${audience}'.`,
  ),
  90002: request(
    'tenant',
    (tenant) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`,
  ),
  90008: request(
    'consent',
    (appId, name) =>
      `The user or administrator has not consented to use the application with ID '${appId}'(${name}). This happened because application is misconfigured: it must require access to Microsoft Graph by specifying at least 'Sign in and read user profile' permission.`,
  ),
  90009: resource(
    'resource',
    (appId, name) =>
      `Application '${appId}'(${name}) is requesting a token for itself. This scenario is supported only if resource is specified using the GUID based App Identifier.`,
  ),
  90014: request(
    'grant',
    (field) =>
      `The required field '${field}' is missing from the credential. Ensure that you have all the necessary parameters for the login request.`,
  ),
  90033: kind(503, 'temporarily_unavailable')(undefined, () => 'A transient error has occurred. Please try again.'),
  90072: grant(
    'user',
    (user, directory, appId, name) =>
      `User account '${user}' from identity provider does not exist in tenant '${directory}' and cannot access the application '${appId}'(${name}) in that tenant. The account needs to be added as an external user in the tenant first.`,
  ), // error (unverified)
  90094: kind(400, 'consent_required')(
    'consent',
    (appId, name) => `Admin consent is required for the permissions requested by the application '${appId}'(${name}).`,
  ), // error (unverified)
  90124: request(
    'tenant',
    (named) => `Resource '${named}' is not supported over the /common or /consumers endpoints. ${otherEndpoints}`,
  ),
  90130: request(
    'tenant',
    (appId, name) =>
      `Application '${appId}'(${name}) is not supported over the /common or /consumers endpoints. ${otherEndpoints}`,
  ),
  90133: request(
    'tenant',
    () => `Device Code flow is not supported under /common or /consumers endpoint. ${otherEndpoints}`,
  ),
  500011: resource(
    'resource',
    (named, tenant) =>
      `The resource principal named ${named} was not found in the tenant named ${tenant}. ${notInDirectory} You might have sent your authentication request to the wrong tenant.`,
  ),
  500113: request('client', () => 'No reply address is registered for the application.'),
  500131: grant(
    'grant',
    (audience, appId) =>
      `Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '${audience}' and the expected audience is '${appId}'.`,
  ),
  500133: grant(
    'grant',
    (now, until) =>
      `Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: ${now}, expiry time of assertion ${until}.`,
  ),
  501051: grant(
    'consent',
    (client_, clientName, resource_, resourceName) =>
      `Application '${client_}'(${clientName}) is not assigned to a role for the application '${resource_}'(${resourceName}).`,
  ),
  501481: grant(
    'grant',
    () => 'The Code_Verifier does not match the code_challenge supplied in the authorization request.',
  ),
  650052: kind(400, 'invalid_client')(
    'resource',
    (named, tenant) =>
      `The app is trying to access a service '${named}' that your organization '${tenant}' lacks a service principal for. Contact your IT Admin to review the configuration of your service subscriptions or consent to the application in order to create the required service principal.`,
  ), // error (unverified)
  650056: request(
    'consent',
    (appId) =>
      `Misconfigured application. This could be due to one of the following: the client has not listed any permissions in the requested permissions in the client's application registration, or the admin has not consented in the tenant. Client app ID: ${appId}.`,
  ), // error (unverified)
  650057: resource(
    'resource',
    (appId, name, named, resourceAppId) =>
      `Invalid resource. The client has requested access to a resource which is not listed in the requested permissions in the client's application registration. Client app ID: ${appId}(${name}). Resource value from request: ${named}. Resource app ID: ${resourceAppId}.`,
  ),
  700016: unauthorized(
    'client',
    (appId, directory) =>
      `Application with identifier '${appId}' was not found in the directory '${directory}'. ${notInDirectory} You may have sent your authentication request to the wrong tenant.`,
  ),
  700021: client(
    'clientCredential',
    (subject, appId) =>
      `Client assertion application identifier '${subject}' doesn't match 'client_id' parameter '${appId}'.`,
  ), // status and text (unverified)
  700022: request(
    'resource',
    () => "The provided value for the input parameter scope isn't valid because it contains more than one resource.",
  ),
  700023: client(
    'clientCredential',
    (audience) => `Client assertion audience claim '${audience}' does not match Realm issuer.`,
  ), // (unverified)
  700024: client(
    'clientCredential',
    (now, from, until) =>
      `Client assertion is not within its valid time range. Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${until}.`,
  ), // status (unverified)
  700025: client(
    'clientCredential',
    () => "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
  ), // status (unverified)
  700027: client(
    'clientCredential',
    (reason, thumbprint) =>
      `Client assertion contains an invalid signature. [Reason - ${reason}, Thumbprint of key used by client: '${thumbprint}']`,
  ),
  700030: client(
    'clientCredential',
    (name) => `Invalid certificate: subject name in certificate is not authorized. Subject name presented: '${name}'.`,
  ), // status (unverified)
  700054: kind(400, 'unsupported_response_type')(
    'grant',
    (type) => `response_type '${type}' is not enabled for the application.`,
  ),
  700082: grant(
    'grant',
    (issued, idle) =>
      `The refresh token has expired due to inactivity. The token was issued on ${issued} and was inactive for ${idle}.`,
    { suberror: 'bad_token' },
  ),
  700084: grant(
    'grant',
    (issued, ended) =>
      `The refresh token was issued to a single page app (SPA), and therefore has a fixed, limited lifetime, which cannot be extended. It is now expired and a new sign in request must be sent by the SPA to the sign in page. The token was issued on ${issued} and ended on ${ended}.`,
    { suberror: 'bad_token' },
  ),
  700211: client(
    'clientCredential',
    (issuer) =>
      `No matching federated identity record found for presented assertion issuer '${issuer}'. ${checkFederation}`,
    { unlisted: true },
  ),
  700212: client(
    'clientCredential',
    (audience) =>
      `No matching federated identity record found for presented assertion audience '${audience}'. ${checkFederation}`,
    { unlisted: true },
  ), // (unverified)
  700213: request(
    'clientCredential',
    (subject) =>
      `No matching federated identity record found for presented assertion subject '${subject}'. ${checkFederation}`,
  ),
  900023: request(
    'tenant',
    (tenant) => `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  ),
  900144: request(undefined, (name) => `The request body must contain the following parameter: '${name}'.`),
  900561: request(undefined, (verb) => `The endpoint only accepts {POST} requests. Received a {${verb}} request.`), // status (unverified)
  901002: request('resource', () => "The 'resource' request parameter is not supported."),
  1002012: scope(
    'resource',
    (requested) =>
      `The provided value for scope ${requested} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`,
  ),
  7000112: kind(401, 'unauthorized_client')('client', (appId, name) => `Application '${appId}'(${name}) is disabled.`), // status (unverified)
  7000114: unauthorized(
    'grant',
    (appId, name) => `Application '${appId}'(${name}) is not allowed to make application on-behalf-of calls.`,
  ), // status (unverified)
  7000215: client(
    'clientCredential',
    (appId) =>
      `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
  ),
  7000216: client(
    'clientCredential',
    () => "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ), // status (unverified)
  7000218: client(
    'clientCredential',
    () => "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
  ), // status (unverified)
  7000222: client(
    'clientCredential',
    (appId) =>
      `The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds.`,
  ),
  7000229: unauthorized(
    'client',
    (appId, tenant) => `The client application ${appId} is missing a service principal in the tenant ${tenant}.`,
  ), // status (unverified)
  7000272: client(
    'clientCredential',
    (kid, issuer) =>
      `The certificate with identifier ${kid} used to sign the federated credential could not be found in the metadata of identity provider ${issuer}. Please validate that your Identity Provider's metadata exposes the key used to sign the incoming token.`,
  ),
  9001023: request(
    'tenant',
    () =>
      'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or a tenant-specific endpoint.',
  ),
  9002313: request(undefined, () => 'Invalid request. Request is malformed or invalid.'),
  9002325: request(
    'grant',
    () => 'Proof Key for Code Exchange is required for cross-origin authorization code redemption.',
  ),
  9002326: request(
    'grant',
    (origin) =>
      `Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type. Request origin: '${origin}'.`,
  ),
  9002327: request(
    'grant',
    () => "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests.",
  ),
} as const
