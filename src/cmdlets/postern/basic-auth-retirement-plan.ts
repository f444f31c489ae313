import { dateTime } from '../exchange/date-time.ts'
import { optional, type ValuesOf } from '../cmdlet.ts'
import { objects } from '../parameter-type.ts'

/** What the cmdlets of the retirement of basic authentication have in common. */
export const retirementPlan = '/postern/v1/basic-auth-plan'

export const retirementPlanColumns = ['imap', 'pop', 'smtp', 'cutOff', 'waves', 'brownOuts', 'reEnabled']

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

export const retirementTerms = (given: ValuesOf<typeof retirementDates> & { readonly CutOff?: Date }): object => ({
  imap: given.Imap,
  pop: given.Pop,
  smtp: given.Smtp,
  waves: given.Waves,
  brownOuts: given.BrownOuts,
  cutOff: given.CutOff,
})
