import { Refusal, refuse } from '../../../core/refusal.ts'
import type { GraphCode } from '../errors.ts'

/** How refusals of the store are answered in mail, if they have no code of their own. */
const mailCodes: Partial<Record<Refusal['reason'], readonly [GraphCode, string?]>> = {
  'already-exists': ['ErrorFolderExists', 'A folder with the specified name already exists.'],
  'bad-syntax': ['BadRequest'],
  gone: ['ErrorAccessDenied', 'Access is denied. Check credentials and try again.'],
  'no-such-thing': ['ErrorItemNotFound', 'The specified object was not found in the store.'],
  'not-allowed': ['ErrorAccessDenied'],
  'over-quota': ['ErrorQuotaExceeded', 'Quota is exceeded.'],
  'too-big': ['ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.'],
  'wrong-state': [
    'ErrorIrresolvableConflict',
    'The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item.',
  ],
}

const texts: Readonly<Record<string, string>> = {
  ErrorFolderNotFound: 'The specified folder could not be found in the store.',
  ErrorInvalidIdMalformed: 'Id is malformed.',
  ErrorInvalidMailboxItemId: "The item doesn't belong to the targeted mailbox.",
  fragmentOutOfOrder: 'The range does not follow the octets that have arrived.',
  fragmentOverlap: 'Octets of the range have arrived already.',
  invalidRange: 'The range is not valid.',
  TooManyRequests: 'Too many upload sessions are open. Finish or cancel some of them.',
  uploadSessionNotFound: 'The upload session was not found.',
  ErrorItemNotFound: 'The specified object was not found in the store.',
  SyncStateNotFound: 'The sync state generation is not found; start again without a token.',
}

/** Gives a refusal the code and the text that Graph has for it (docs/reference/graph-mail.md §1.3). */
export async function withMailCodes<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!(thrown instanceof Refusal) || thrown.detail['graph'] !== undefined) throw thrown
    const own = thrown.detail['code']
    if (own !== undefined && texts[own] !== undefined) {
      return refuse(thrown.reason, texts[own], { ...thrown.detail, graph: own })
    }
    const [code, text] = mailCodes[thrown.reason] ?? []
    if (code === undefined) throw thrown
    return refuse(thrown.reason, text ?? thrown.message, { ...thrown.detail, graph: code })
  }
}
