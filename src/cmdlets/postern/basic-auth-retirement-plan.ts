import { mandatory, optional, posternCmdlet, type ValuesOf } from '../cmdlet.ts'
import { dateTime } from '../exchange/date-time.ts'
import { choice, objects, switched, text } from '../parameter-type.ts'

/** Parameters shared by the cmdlets of the basic authentication retirement plan. */
const retirementPlan = '/postern/v1/basic-auth-plan'

const retirementPlanColumns = [
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

const retirementDates = {
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
const retirementPeople = {
  SelfService: optional(
    switched,
    'Lets the owner of a mailbox enable a retired protocol for it again, once, until the cut-off.',
  ),
  NotifyAddress: optional(
    text,
    'The address of a mailbox that is told what the administrators are told who have a mailbox.',
  ),
}

type RetirementPlanParameters = ValuesOf<typeof retirementDates> &
  Partial<ValuesOf<typeof retirementPeople>> & { readonly CutOff?: Date }

const retirementTerms = (given: RetirementPlanParameters): object => ({
  imap: given.Imap,
  pop: given.Pop,
  smtp: given.Smtp,
  waves: given.Waves,
  brownOuts: given.BrownOuts,
  cutOff: given.CutOff,
  selfService: given.SelfService,
  notifyAddress: given.NotifyAddress,
})

export const getBasicAuthRetirementPlan = posternCmdlet({
  name: 'Get-BasicAuthRetirementPlan',
  synopsis: 'Shows the plan for the end of basic authentication, if there is one.',
  parameters: {},
  columns: retirementPlanColumns,
  call: () => ({ verb: 'GET', path: retirementPlan, answers: 'many' }),
})

export const newBasicAuthRetirementPlan = posternCmdlet({
  name: 'New-BasicAuthRetirementPlan',
  synopsis:
    'Plans the end of basic authentication: a date for each protocol, those who do not use it first, and brown-outs before. Mailboxes that are in use and administrators are told 30, 7 and 1 days ahead, and 7 and 1 days ahead of a brown-out.',
  parameters: {
    CutOff: mandatory(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
    ...retirementPeople,
  },
  columns: retirementPlanColumns,
  call: (given) => ({ verb: 'POST', path: retirementPlan, body: retirementTerms(given), answers: 'one' }),
})

export const removeBasicAuthRetirementPlan = posternCmdlet({
  name: 'Remove-BasicAuthRetirementPlan',
  synopsis:
    'Removes the plan for the end of basic authentication, up to its cut-off date: all is as before it, and authentication policies alone count.',
  parameters: {},
  columns: [],
  confirms: true,
  undo: () => 'create it again with New-BasicAuthRetirementPlan.',
  call: () => ({ verb: 'DELETE', path: retirementPlan, answers: 'nothing' }),
})

export const setBasicAuthRetirementPlan = posternCmdlet({
  name: 'Set-BasicAuthRetirementPlan',
  synopsis:
    'Changes the plan for the end of basic authentication, or enables a retired protocol again until the cut-off.',
  parameters: {
    ReEnable: optional(choice(['Imap', 'Pop', 'Smtp']), 'The protocol to enable again, which is done once for each.'),
    CutOff: optional(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
    ...retirementPeople,
  },
  columns: retirementPlanColumns,
  call: (given) => ({
    verb: 'PATCH',
    path: retirementPlan,
    body: { ...retirementTerms(given), reEnable: given.ReEnable },
    answers: 'one',
  }),
})

export const testBasicAuthRetirementPlan = posternCmdlet({
  name: 'Test-BasicAuthRetirementPlan',
  synopsis:
    'Shows which programs would break at each date, brown-outs among them, by the plan that there is, with other dates, or by one that is not made yet.',
  parameters: {
    CutOff: optional(dateTime, 'From when on nothing is enabled again.'),
    ...retirementDates,
  },
  columns: [
    'breaksDateTime',
    'untilDateTime',
    'what',
    'wave',
    'mailbox',
    'protocol',
    'client',
    'addresses',
    'lastUsedDateTime',
  ],
  call: (given) => ({
    verb: 'POST',
    path: `${retirementPlan}/dry-run`,
    body: retirementTerms(given),
    answers: 'many',
  }),
})
