import { optional, posternCmdlet } from '../cmdlet.ts'
import { switched } from '../parameter-type.ts'
import { signingKeyColumns, signingKeys } from './signing-keys.ts'

export const newSigningKey = posternCmdlet({
  name: 'New-SigningKey',
  synopsis: 'Makes another key to sign tokens with; it signs once it has been published for long enough.',
  parameters: {
    Immediately: optional(switched, 'Signs at once; whoever keeps the published keys has to fetch them again.'),
  },
  columns: signingKeyColumns,
  call: (given) => ({
    verb: 'POST',
    path: signingKeys,
    body: { immediately: given.Immediately ?? false },
    answers: 'one',
  }),
})
