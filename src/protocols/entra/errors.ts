import { refuse } from '../../core/refusal.ts'

/** One line of the table: HTTP status, OAuth error, and the sentence, made of what the caller sent. */
interface AadstsError<Args extends string[] = string[]> {
  readonly status: number
  readonly error: string
  readonly says: (...args: Args) => string
}

const line = <Args extends string[]>(
  status: number,
  error: string,
  says: (...args: Args) => string,
): AadstsError<Args> => ({ status, error, says })

/** contract/identity §8.2: every code that the token service answers. */
const errors = {
  50000: line(500, 'server_error', () => 'There was an error issuing a token.'),
  50001: line(
    400,
    'invalid_resource',
    (resource) => `The resource is disabled or the resource named ${resource} was not found.`,
  ),
  50027: line(401, 'invalid_client', (why) => `JWT token is invalid or malformed. ${why}`),
  50048: line(
    401,
    'invalid_client',
    (issuer, subject) =>
      `SubjectMismatchesIssuer: subject '${subject}' mismatches issuer claim '${issuer}' in the client assertion.`,
  ),
  50049: line(400, 'invalid_instance', () => 'Unknown or invalid instance.'),
  50059: line(
    400,
    'invalid_request',
    () => 'No tenant-identifying information found in either the request or implied by any provided credentials.',
  ),
  70003: line(400, 'unsupported_grant_type', (grant) => `The app requested an unsupported grant type '${grant}'.`),
  70011: line(
    400,
    'invalid_scope',
    (scope) =>
      "The provided request must include a 'scope' input parameter. The provided value for the input parameter " +
      `'scope' is not valid. The scope ${scope} is not valid.`,
  ),
  70021: line(
    400,
    'invalid_request',
    (issuer, subject, audience) =>
      'No matching federated identity record found for presented assertion. ' +
      `Assertion Issuer: '${issuer}'. Assertion Subject: '${subject}'. Assertion Audience: '${audience}'.`,
  ),
  90002: line(
    400,
    'invalid_request',
    (tenant) =>
      `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the ` +
      'correct cloud. Check with your subscription administrator, this may happen if there are no active ' +
      'subscriptions for the tenant.',
  ),
  90014: line(400, 'invalid_request', (field) => `The required field '${field}' is missing from the credential.`),
  500011: line(
    400,
    'invalid_resource',
    (resource, tenant) =>
      `The resource principal named ${resource} was not found in the tenant named ${tenant}. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the ' +
      'tenant. You might have sent your authentication request to the wrong tenant.',
  ),
  501051: line(
    400,
    'invalid_grant',
    (client, clientName, resource, resourceName) =>
      `Application '${client}'(${clientName}) is not assigned to a role for the application ` +
      `'${resource}'(${resourceName}).`,
  ),
  700016: line(
    400,
    'unauthorized_client',
    (client, directory) =>
      `Application with identifier '${client}' was not found in the directory '${directory}'. This can happen if the ` +
      'application has not been installed by the administrator of the tenant or consented to by any user in the ' +
      'tenant. You may have sent your authentication request to the wrong tenant.',
  ),
  700021: line(
    401,
    'invalid_client',
    (subject, client) =>
      `Client assertion application identifier '${subject}' doesn't match 'client_id' parameter '${client}'.`,
  ),
  700022: line(
    400,
    'invalid_request',
    () => "The provided value for the input parameter scope isn't valid because it contains more than one resource.",
  ),
  700023: line(
    401,
    'invalid_client',
    (audience) => `Client assertion audience claim '${audience}' does not match Realm issuer.`,
  ),
  700024: line(
    401,
    'invalid_client',
    (now, from, until) =>
      'Client assertion is not within its valid time range. ' +
      `Current time: ${now}, assertion valid from ${from}, expiry time of assertion ${until}.`,
  ),
  700027: line(
    401,
    'invalid_client',
    (reason, thumbprint) =>
      'Client assertion contains an invalid signature. ' +
      `[Reason - ${reason}, Thumbprint of key used by client: '${thumbprint}']`,
  ),
  900023: line(
    400,
    'invalid_request',
    (tenant) => `Specified tenant identifier '${tenant}' is neither a valid DNS name, nor a valid external domain.`,
  ),
  900144: line(400, 'invalid_request', (name) => `The request body must contain the following parameter: '${name}'.`),
  900561: line(
    400,
    'invalid_request',
    (verb) => `The endpoint only accepts {POST} requests. Received a {${verb}} request.`,
  ),
  901002: line(400, 'invalid_request', () => "The 'resource' request parameter is not supported."),
  1002012: line(
    400,
    'invalid_scope',
    (scope) =>
      `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with ` +
      '/.default suffixed to the resource identifier (application ID URI).',
  ),
  7000112: line(401, 'unauthorized_client', (client, name) => `Application '${client}'(${name}) is disabled.`),
  7000215: line(
    401,
    'invalid_client',
    (client) =>
      'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not ' +
      `the client secret ID, for a secret added to app '${client}'.`,
  ),
  7000216: line(
    401,
    'invalid_client',
    () => "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  ),
  7000222: line(
    401,
    'invalid_client',
    (client) =>
      `The provided client secret keys for app '${client}' are expired. Visit the Azure portal to create new keys ` +
      'for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: ' +
      'https://aka.ms/certCreds.',
  ),
  7000229: line(
    400,
    'unauthorized_client',
    (client, tenant) => `The client application ${client} is missing a service principal in the tenant ${tenant}.`,
  ),
  9001023: line(
    400,
    'invalid_request',
    () =>
      'The grant type is not supported over the /common or /consumers endpoints. Please use the /organizations or a ' +
      'tenant-specific endpoint.',
  ),
  9002313: line(400, 'invalid_request', () => 'Invalid request. Request is malformed or invalid.'),
} as const

export type AadstsCode = keyof typeof errors
type ArgumentsOf<Code extends AadstsCode> = Parameters<(typeof errors)[Code]['says']>

const LONGEST_QUOTE = 200

/** Throws the refusal with that code. What the caller sent is quoted up to a bound. */
export function deny<Code extends AadstsCode>(code: Code, ...args: ArgumentsOf<Code>): never {
  const { status, says } = errors[code] as AadstsError
  const quoted = args.map((text) => (text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text))
  refuse(status === 401 ? 'not-signed-in' : 'bad-syntax', says(...quoted), { aadsts: String(code) })
}

/** The line of a code as it stands in a URL or in a refusal. */
export function errorOf(code: string | undefined): (AadstsError & { readonly code: number }) | undefined {
  if (code === undefined || !Object.hasOwn(errors, code)) return undefined
  return { ...(errors as Readonly<Record<string, AadstsError>>)[code]!, code: Number(code) }
}
