import { createHash } from 'node:crypto'
import type { HttpAnswer, HttpRequest } from '../../core/http.ts'
import { type Reason, Refusal, refuse } from '../../core/refusal.ts'
import { exchangeOnline } from '../../core/well-known/exchange-online.ts'
import type { Tenant } from '../../domain/directory/types.ts'
import { responseHeaders } from './envelope.ts'
import { serverOf } from './objects/output.ts'

const TASKS = 'Microsoft.Exchange.Configuration.Tasks'
/** The longest error text: it quotes the names that the caller gave, of any length. */
const LONGEST_TEXT = 1000
const DATA_VALIDATION = 'Microsoft.Exchange.Data.DataValidationException'

/** docs/reference/exchange-admin.md §9.4: status, code, and the exception that the module names. */
const say = {
  'bad-syntax': [400, 'BadRequest', 'System.Management.Automation.ParameterBindingException'],
  'wrong-state': [400, 'BadRequest', `${TASKS}.RecipientTaskException`],
  'not-signed-in': [401, 'Unauthorized', 'System.UnauthorizedAccessException'],
  'not-allowed': [403, 'Forbidden', 'System.UnauthorizedAccessException'],
  'no-such-thing': [404, 'NotFound', `${TASKS}.ManagementObjectNotFoundException`],
  'already-exists': [400, 'BadRequest', 'Microsoft.Exchange.Data.Directory.ADObjectAlreadyExistsException'],
  'over-quota': [400, 'BadRequest', `${TASKS}.RecipientTaskException`],
  'no-room': [503, 'ServiceUnavailable', `${TASKS}.TransientException`],
  'too-big': [413, 'BadRequest', 'System.ArgumentException'],
  busy: [429, 'TooManyRequests', `${TASKS}.TransientException`],
  gone: [404, 'NotFound', `${TASKS}.ManagementObjectNotFoundException`],
  damaged: [500, 'InternalServerError', `${TASKS}.TaskException`],
  unsupported: [400, 'BadRequest', 'System.NotSupportedException'],
} satisfies Record<Reason, [number, string, string]>

/** The answer for what a route threw; `undefined` is "no such route". */
export function failure(thrown: unknown, request: HttpRequest): HttpAnswer {
  const error = errorOf(thrown)
  const answer = failed(request, error)
  return error.status === 401 && thrown instanceof Refusal
    ? { ...answer, headers: { ...answer.headers, ...challenge(request, thrown) } }
    : answer
}

/** The parts of an error that clients read, and its message. */
interface Failed {
  readonly status: number
  readonly code: string
  readonly id: string
  readonly type: string
  readonly text: string
}

export function errorOf(thrown: unknown): Failed {
  if (thrown === undefined) return error(404, 'NotFound', 'System.InvalidOperationException', 'Nothing is here.')
  if (!(thrown instanceof Refusal)) {
    return error(500, 'InternalServerError', 'System.Exception', 'Something went wrong here.')
  }
  const [status, code, type] = say[thrown.reason]
  const { detail } = thrown
  if (thrown.reason === 'already-exists' && detail.address !== undefined) {
    return error(
      status,
      code,
      'Microsoft.Exchange.Management.Tasks.WLCDManagedMemberExistsException',
      taken(detail.address),
    )
  }
  // The directory names the property whose value it does not take.
  const reported = detail.property !== undefined && thrown.reason === 'bad-syntax' ? DATA_VALIDATION : type
  return error(status, code, detail.type ?? reported, thrown.message)
}

function error(status: number, code: string, type: string, whole: string): Failed {
  const text = whole.length > LONGEST_TEXT ? `${whole.slice(0, LONGEST_TEXT)}…` : whole
  return { status, code, id: errorId(type, text), type, text }
}

function failed(request: HttpRequest, { status, code, id, type, text }: Failed): HttpAnswer {
  const message = `${id}|${type}|${text}`
  return {
    status,
    headers: { ...responseHeaders(request), ...(status === 429 ? { 'retry-after': '5' } : {}) },
    body: {
      error: {
        code,
        message: 'Error executing cmdlet',
        details: [{ code: status < 500 ? 'Client' : 'Server', target: '', message }],
        innererror: {
          message: 'Error executing cmdlet',
          type: 'Microsoft.Exchange.Admin.OData.Core.ODataServiceException',
          stacktrace: '',
          internalexception: { message, type, stacktrace: '' },
        },
      },
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': [],
    },
  }
}

/** Seen: New-MailUser and Set-Mailbox, where another recipient has the address. */
const taken = (address: string): string =>
  `The proxy address "SMTP:${address}" is already being used by the proxy addresses or LegacyExchangeDN. Please choose another proxy address.`

/** Those that are known of the real service, by how the text begins: scripts look for them. */
const knownIds: readonly (readonly [string, string])[] = [
  ["The operation couldn't be performed because object '", 'Ex6F9304'],
  ['The proxy address "', 'ExB10BE9'],
]

/** `Ex` and six digits, the same for the same error, whatever it names. */
function errorId(type: string, text: string): string {
  const known = knownIds.find(([beginning]) => text.startsWith(beginning))
  if (known) return known[1]
  const error = `${type}|${text.replace(/'[^']*'|"[^"]*"/g, '')}`
  return `Ex${createHash('sha256').update(error).digest('hex').slice(0, 6).toUpperCase()}`
}

/** docs/reference/exchange-admin.md §9.4, 401 headers. */
function challenge(request: HttpRequest, { detail }: Refusal): Record<string, string> {
  const error = detail.fault === 'missing' ? '' : ', error="invalid_token"'
  const diagnostics = diagnosticsOf[detail.fault ?? '']
  return {
    'www-authenticate': `Bearer client_id="${exchangeOnline.appId}", trusted_issuers="00000001-0000-0000-c000-000000000000@*", token_types="app_asserted_user_v1 service_asserted_app_v1", authorization_uri="${request.base}/common/oauth2/authorize"${error},Basic Realm=""`,
    ...(diagnostics === undefined ? {} : { 'x-ms-diagnostics': diagnostics }),
  }
}

const diagnosticsOf: Readonly<Record<string, string>> = {
  token: '2000001;reason="The token is not valid.";error_category="invalid_token"',
  audience: `2000003;reason="The audience claim value is invalid 'aud'.";error_category="invalid_resource"`,
  servicePrincipal:
    '2000002;reason="The application is not enabled in this organization.";error_category="invalid_grant"',
  user: '2000002;reason="The user is not enabled in this organization.";error_category="invalid_grant"',
}

/** docs/reference/exchange-admin.md §9.4. Postern adds its own details after the text of the real service. */
export const notFound = (tenant: Tenant, named: string, hint = ''): never =>
  refuse(
    'no-such-thing',
    `The operation couldn't be performed because object '${named}' couldn't be found on '${serverOf(tenant)}'. ${hint}`.trimEnd(),
    {
      type: `${TASKS}.ManagementObjectNotFoundException`,
    },
  )

/**
 * Unknown, or not among those that the caller's role holds: docs/reference/exchange-admin.md §1 tells no difference.
 */
export const commandNotFound = (name: string): never =>
  refuse(
    'no-such-thing',
    `The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. Check the spelling of the name, or if a path was included, verify that the path is correct and try again.`,
    { type: 'System.Management.Automation.CommandNotFoundException' },
  )

/** A set of parameters that does not add up. */
export const wrongParameters = (text: string, type = 'System.Management.Automation.ParameterBindingException'): never =>
  refuse('bad-syntax', text, { type })

/** A path below the tenant's that leads to nothing. */
export const noSuchContainer = (): never =>
  refuse('no-such-thing', 'Nothing is here.', { type: 'System.InvalidOperationException' })
