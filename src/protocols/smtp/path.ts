import type { Arguments } from '../../codecs/smtp/command-line.ts'
import type { Path } from '../../codecs/smtp/path.ts'
import { Refusal } from '../../core/refusal.ts'
import { decline } from './answers.ts'

/** Reads a path, and says whose it was when it is none. */
export function pathOf(args: Arguments, keyword: 'FROM' | 'TO'): Path {
  try {
    return args.path(keyword)
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    return decline(keyword === 'FROM' ? 'sender-address' : 'recipient-address')
  }
}
