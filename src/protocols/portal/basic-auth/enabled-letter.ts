import type { RetirementPlan } from '../../../domain/directory/types.ts'
import type { Notice } from '../../../domain/transport/types.ts'
import type { EnabledAgain } from './enabled-again.ts'
import { momentInWords } from './words.ts'

const MOST = 50

/** What administrators are told of owners who enabled passwords again. */
export function enabledLetter(enabled: readonly EnabledAgain[], { cutOff }: RetirementPlan): Notice {
  const [first, ...others] = enabled
  const more = enabled.length - MOST
  return {
    subject:
      others.length === 0 && first
        ? `Passwords over ${first.name} were enabled again for ${first.address}`
        : `Passwords were enabled again for ${enabled.length} mailboxes`,
    lines: [
      'Whoever these mailboxes belong to enabled passwords for them again, as the retirement plan lets them, once:',
      '',
      ...enabled.slice(0, MOST).map(({ address, name, at }) => `  ${address}, over ${name}, on ${momentInWords(at)}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
      '',
      `They end for good on ${momentInWords(cutOff)}. To end them now:`,
      '    postern Set-BasicAuthRetirementPlan -SelfService:false',
    ],
  }
}
