import { exchangeCmdlet, mandatory, optional } from '../cmdlet.ts'
import { boolean, choice, text } from '../parameter-type.ts'
import { resultSize, resultSizeMeaning } from './parameter-types.ts'

const identity = 'The name of the accepted domain, or the domain itself.'
const columns = ['Name', 'DomainName', 'DomainType', 'Default']

export const getAcceptedDomain = exchangeCmdlet({
  name: 'Get-AcceptedDomain',
  synopsis: 'Shows the accepted domains: those in which the organization has addresses.',
  parameters: {
    Identity: optional(text, identity, { position: 0 }),
    ResultSize: optional(resultSize, resultSizeMeaning),
  },
  columns,
  names: 'Identity',
})

export const newAcceptedDomain = exchangeCmdlet({
  name: 'New-AcceptedDomain',
  synopsis: 'Adds an accepted domain, as in Exchange Server; it must pass the check of Confirm-MgDomain.',
  parameters: {
    Name: mandatory(text, 'A name of its own, such as: Contoso', { position: 0 }),
    DomainName: mandatory(text, 'The domain, such as: contoso.com'),
    DomainType: optional(choice(['Authoritative']), 'Postern delivers mail to its own mailboxes only.'),
  },
  columns,
})

export const removeAcceptedDomain = exchangeCmdlet({
  name: 'Remove-AcceptedDomain',
  synopsis: 'Removes an accepted domain in which nobody has a name or an address.',
  parameters: { Identity: mandatory(text, identity, { position: 0 }) },
  columns: [],
  confirms: true,
  undo: ({ Identity }) => `New-AcceptedDomain -Name ${String(Identity)} -DomainName ${String(Identity)}`,
})

export const setAcceptedDomain = exchangeCmdlet({
  name: 'Set-AcceptedDomain',
  synopsis: 'Makes an accepted domain the default one.',
  parameters: {
    Identity: mandatory(text, identity, { position: 0 }),
    MakeDefault: optional(boolean, 'Whether it becomes the default domain.'),
    DomainType: optional(choice(['Authoritative']), 'Postern delivers mail to its own mailboxes only.'),
  },
  columns: [],
})
