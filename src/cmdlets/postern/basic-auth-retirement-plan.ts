import { dateTime } from '../exchange/date-time.ts'
import { optional, type ValuesOf } from '../cmdlet.ts'
import { objects, switched, text } from '../parameter-type.ts'

/** What the cmdlets of the retirement of basic authentication have in common. */
export const retirementPlan = '/postern/v1/basic-auth-plan'

export const retirementPlanColumns = [
  'imap',
  'pop',
  'smtp',
  'cutOff',
  'waves',
  'brownOuts',
  'selfService',
  'notifyAddress',
  'reEnabled',
  'ownReEnabled',
]

export const retirementDates = {
  Imap: optional(dateTime, 'When IMAP4 takes passwords no more.'),
  Pop: optional(dateTime, 'When POP3 does not.'),
  Smtp: optional(dateTime, 'When SMTP does not.'),
  Waves: optional(
    objects,
    'Who goes ahead of the rest, by use before the plan was made: [{"unusedDays":90,"aheadDays":30}].',
  ),
  BrownOuts: optional(
    objects,
    'When passwords are off for a while, and on again: [{"start":"2026-12-01T09:00:00Z","minutes":60}].',
  ),
}

/** Who may do and hear what while the plan stands. */
export const retirementPeople = {
  SelfService: optional(
    switched,
    'Lets whoever a mailbox belongs to enable a retired protocol for it again, once and until the cut-off.',
  ),
  NotifyAddress: optional(
    text,
    'The address of a mailbox that is told what the administrators are told who have a mailbox.',
  ),
}

type Given = ValuesOf<typeof retirementDates> & Partial<ValuesOf<typeof retirementPeople>> & { readonly CutOff?: Date }

export const retirementTerms = (given: Given): object => ({
  imap: given.Imap,
  pop: given.Pop,
  smtp: given.Smtp,
  waves: given.Waves,
  brownOuts: given.BrownOuts,
  cutOff: given.CutOff,
  selfService: given.SelfService,
  notifyAddress: given.NotifyAddress,
})
