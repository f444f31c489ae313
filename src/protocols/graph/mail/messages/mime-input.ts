import { type ParsedMessage, parseMessage } from '../../../../codecs/mime/parse.ts'
import { badRequest } from '../../errors.ts'
import { decodeBase64 } from '../attachments/attachment-input.ts'

/** A message that a request sends as MIME. */
export interface MimeInput {
  readonly bytes: Buffer
  readonly message: ParsedMessage
}

/** Reads MIME in base64, in one line or in several. */
export function readMimeInput(body: Uint8Array): MimeInput {
  const bytes = decodeBase64(body)
  if (bytes === undefined || bytes.length === 0) {
    // docs/reference/graph-mail.md §1.3
    return badRequest('Invalid base64 string for MIME content.', 'ErrorMimeContentInvalidBase64String')
  }
  return { bytes, message: parseMessage(bytes) }
}
