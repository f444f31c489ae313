import { type Reason, Refusal, refuse } from '../../core/refusal.ts'

/** The codes of mail (docs/reference/graph-mail.md §1.3). */
const mailStatuses = {
  ApplicationThrottled: 429,
  ErrorAccessDenied: 403,
  ErrorAttachmentSizeLimitExceeded: 413,
  ErrorCannotDeleteObject: 403,
  ErrorCategoryExists: 409,
  ErrorExecuteSearchStaleData: 410,
  ErrorFolderExists: 409,
  ErrorFolderNotFound: 404,
  ErrorInternalServerTransientError: 503,
  ErrorInvalidIdMalformed: 400,
  ErrorInvalidMailboxItemId: 404,
  ErrorInvalidProperty: 400,
  ErrorInvalidPropertySet: 400,
  ErrorInvalidRecipients: 400,
  ErrorInvalidRequest: 400,
  ErrorInvalidUrlQuery: 400,
  ErrorInvalidUrlQueryFilter: 400,
  ErrorInvalidUser: 404,
  ErrorIrresolvableConflict: 412,
  ErrorItemNotFound: 404,
  ErrorMessageSizeExceeded: 413,
  ErrorMimeContentInvalidBase64String: 400,
  ErrorQuotaExceeded: 507,
  ErrorSendAsDenied: 403,
  InefficientFilter: 400,
  InvalidInternetMessageHeader: 400,
  MailboxNotEnabledForRESTAPI: 404,
  'RequestBroker--ParseUri': 400,
  RequestBodyRead: 400,
  SearchWithFilter: 400,
  SearchWithOrderBy: 400,
  SyncStateNotFound: 410,
  TooManyRequests: 429,
  UnableToDeserializePostBody: 400,
  ValidationError: 400,
  fragmentOutOfOrder: 416,
  fragmentOverlap: 416,
  invalidRange: 416,
  uploadSessionNotFound: 404,
} as const

/** Graph's error codes and their HTTP status (docs/reference/identity.md §10.3, docs/reference/graph-mail.md §1.3). */
const statuses = {
  BadRequest: 400,
  Request_BadRequest: 400,
  Request_UnsupportedQuery: 400,
  InvalidAuthenticationToken: 401,
  Authentication_MissingOrMalformed: 401,
  Authorization_RequestDenied: 403,
  Directory_QuotaExceeded: 403,
  Request_ResourceNotFound: 404,
  ResourceNotFound: 404,
  MethodNotAllowed: 405,
  Request_MultipleObjectsWithSameKeyValue: 409,
  ResourceGone: 410,
  RequestEntityTooLarge: 413,
  InternalServerError: 500,
  NotImplemented: 501,
  ServiceNotAvailable: 503,
  InsufficientStorage: 507,
  ...mailStatuses,
} as const
export type GraphCode = keyof typeof statuses

const codes = {
  'bad-syntax': 'Request_BadRequest',
  'wrong-state': 'Request_BadRequest',
  'not-signed-in': 'InvalidAuthenticationToken',
  'not-allowed': 'Authorization_RequestDenied',
  'no-such-thing': 'Request_ResourceNotFound',
  'already-exists': 'Request_BadRequest',
  'over-quota': 'Directory_QuotaExceeded',
  // RFC 4918 §11.5
  'no-room': 'InsufficientStorage',
  'too-big': 'RequestEntityTooLarge',
  busy: 'ServiceNotAvailable',
  gone: 'ResourceGone',
  damaged: 'InternalServerError',
  unsupported: 'NotImplemented',
} satisfies Record<Reason, GraphCode>

/** Throws a refusal with a code of its own, if the reason alone does not tell it. */
export const badRequest = (text: string, code: GraphCode = 'BadRequest'): never =>
  refuse('bad-syntax', text, { graph: code })

/** Gives the refusals of `work` a code of their own, by their reason. */
export async function withCodes<T>(names: Partial<Record<Reason, GraphCode>>, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    const code = thrown instanceof Refusal ? names[thrown.reason] : undefined
    if (!(thrown instanceof Refusal) || code === undefined) throw thrown
    return refuse(thrown.reason, thrown.message, { ...thrown.detail, graph: code })
  }
}

export interface GraphError {
  readonly status: number
  readonly code: GraphCode
  readonly message: string
}

/** Returns the text of a refusal; an internal error has a general one. */
export function errorOf(thrown: unknown): GraphError {
  if (!(thrown instanceof Refusal)) return graphError('InternalServerError', 'An internal server error occurred.')
  return graphError(codeOf(thrown), sentenceOf(thrown))
}

export const graphError = (code: GraphCode, message: string): GraphError => ({ status: statuses[code], code, message })

function codeOf({ reason, detail }: Refusal): GraphCode {
  const own = detail.graph
  return own !== undefined && Object.hasOwn(statuses, own) ? (own as GraphCode) : codes[reason]
}

/** docs/reference/graph-mail.md §1.3: the sentences for a token that Graph does not accept. */
const tokenSentences: Readonly<Record<string, string>> = {
  missing: 'Access token is empty.',
  malformed: 'CompactToken parsing failed with error code: 80049217',
  expired: 'Lifetime validation failed, the token is expired.',
  audience: 'Access token validation failure. Invalid audience.',
}

/** docs/reference/identity.md §10.3 */
export const UNPRIVILEGED = 'Insufficient privileges to complete the operation.'

function sentenceOf({ reason, detail, message }: Refusal): string {
  // The audit log has the reason; the caller gets Graph's sentence.
  if (detail.fault === 'administrators-app') return UNPRIVILEGED
  return reason === 'not-signed-in' && detail.graph === undefined
    ? (tokenSentences[detail.token ?? detail.fault ?? ''] ?? message)
    : message
}
