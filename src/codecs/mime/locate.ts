import { type Part, isMultipart } from './part.ts'

/**
 * The part that an IMAP part number names (RFC 9051 §6.4.5.1), or undefined. The empty path is the whole message;
 * what is no multipart has one part 1, which is its body; a message/rfc822 is numbered by what it holds.
 */
export function locate(root: Part, path: readonly number[]): Part | undefined {
  let found = root
  let within: Part | undefined = root
  for (const number of path) {
    if (!within) return undefined
    const next: Part | undefined = isMultipart(within) ? within.children[number - 1] : number === 1 ? within : undefined
    if (!next) return undefined
    found = next
    within = isMultipart(next) ? next : next.message?.part
  }
  return found
}
