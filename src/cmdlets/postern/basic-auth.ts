import { mandatory, optional, posternCmdlet, type ValuesOf } from '../cmdlet.ts'
import { dateTime } from '../exchange/parameter-types.ts'
import { choice, integer, objects, switched, text } from '../parameter-type.ts'

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
  Imap: optional(dateTime, 'The date from which IMAP4 refuses passwords.'),
  Pop: optional(dateTime, 'The date from which POP3 refuses passwords.'),
  Smtp: optional(dateTime, 'The date from which SMTP refuses passwords.'),
  Waves: optional(
    objects,
    'Mailboxes that go first because they were unused before the plan was made: [{"unusedDays":90,"aheadDays":30}].',
  ),
  BrownOuts: optional(
    objects,
    'Periods in which passwords are refused as a test: [{"start":"2026-12-01T09:00:00Z","minutes":60}].',
  ),
}

/** Self-service and notifications while the plan is in force. */
const retirementPeople = {
  SelfService: optional(
    switched,
    'Lets owners enable a retired protocol for their mailbox again, once, until the cut-off.',
  ),
  NotifyAddress: optional(
    text,
    'The address of a mailbox that gets the same messages as administrators with a mailbox.',
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
    'Plans the end of basic authentication: a date for each protocol, unused mailboxes first, and brown-outs before. Mailboxes in use and administrators get a message 30, 7 and 1 days ahead, and 7 and 1 days ahead of a brown-out.',
  parameters: {
    CutOff: mandatory(dateTime, 'The date from which nothing can be enabled again.'),
    ...retirementDates,
    ...retirementPeople,
  },
  columns: retirementPlanColumns,
  call: (given) => ({ verb: 'POST', path: retirementPlan, body: retirementTerms(given), answers: 'one' }),
})

export const removeBasicAuthRetirementPlan = posternCmdlet({
  name: 'Remove-BasicAuthRetirementPlan',
  synopsis:
    'Removes the plan for the end of basic authentication, before its cut-off date. Then only authentication policies apply, as before the plan.',
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
    ReEnable: optional(choice(['Imap', 'Pop', 'Smtp']), 'The protocol to enable again; possible once for each.'),
    CutOff: optional(dateTime, 'The date from which nothing can be enabled again.'),
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
    'Shows which programs would stop at each date and brown-out: by the existing plan, by a change of it, or by a new plan.',
  parameters: {
    CutOff: optional(dateTime, 'The date from which nothing can be enabled again.'),
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

export const getBasicAuthReport = posternCmdlet({
  name: 'Get-BasicAuthReport',
  synopsis:
    'Lists the programs that still sign in with a password: mailbox, count, address, and what would replace it.',
  parameters: {
    Days: optional(integer(1, 3650), 'How many days to look back (default: 90; at most audit.use_days).', {
      position: 0,
    }),
    Since: optional(dateTime, 'In place of -Days: the first day, in UTC.'),
    Mailbox: optional(text, 'The address of one mailbox.'),
    Protocol: optional(choice(['Imap', 'Pop', 'Smtp']), 'One protocol.'),
  },
  columns: ['mailbox', 'protocol', 'client', 'granted', 'refused', 'lastUsedDateTime', 'addresses', 'replacement'],
  call: (given) => ({
    verb: 'GET',
    path: '/postern/v1/basic-auth-report',
    query: {
      ...(given.Days !== undefined && { days: String(given.Days) }),
      ...(given.Since !== undefined && { since: given.Since.toISOString() }),
      ...(given.Protocol !== undefined && { protocol: given.Protocol }),
      ...(given.Mailbox !== undefined && { mailbox: given.Mailbox }),
    },
    answers: 'many',
  }),
})

export const enableOwnBasicAuth = posternCmdlet({
  name: 'Enable-OwnBasicAuth',
  synopsis:
    'Enables a retired protocol again for the mailbox of the signed-in user, if the plan allows it: once, until the cut-off.',
  parameters: {
    Protocol: mandatory(choice(['Imap', 'Pop', 'Smtp']), 'The protocol that accepts passwords again.', { position: 0 }),
  },
  columns: ['mailbox', 'protocol', 'untilDateTime'],
  call: (given) => ({
    verb: 'POST',
    path: '/postern/v1/own-basic-auth',
    body: { protocol: given.Protocol },
    answers: 'one',
  }),
})
