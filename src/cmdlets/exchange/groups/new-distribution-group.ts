import { exchangeCmdlet, mandatory, optional } from '../../cmdlet.ts'
import { choice, switched, text, texts } from '../../parameter-type.ts'
import { groupColumns } from '../columns.ts'
import { requireSenderAuthentication } from '../delivery-parameters.ts'
import { groupTypes } from './group-identity.ts'

export const newDistributionGroup = exchangeCmdlet({
  name: 'New-DistributionGroup',
  synopsis: 'Makes a group: one address for several mailboxes, and what a scope can be.',
  parameters: {
    Name: mandatory(text, 'The name of the group in the directory.', { position: 0 }),
    Type: optional(
      choice(groupTypes),
      'Security for a group that can be the scope of a policy; Distribution when absent.',
    ),
    Alias: optional(text, 'The part before the @ of the address; made from the name when absent.'),
    DisplayName: optional(text, 'The name that people see; the name when absent.'),
    PrimarySmtpAddress: optional(text, 'The address; alias@default-domain when absent.'),
    Members: optional(texts, 'Who is in it from the beginning: mailboxes and groups.'),
    RequireSenderAuthenticationEnabled: requireSenderAuthentication,
    IgnoreNamingPolicy: optional(switched, 'Accepted, without effect: there is no naming policy.'),
  },
  columns: groupColumns,
})
