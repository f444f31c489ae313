import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'

/** Parameters shared by the cmdlets of signing keys. */
const signingKeys = '/postern/v1/signing-keys'

const signingKeyColumns = ['kid', 'state', 'signsFrom', 'ends', 'encrypted']

export const getSigningKey = posternCmdlet({
  name: 'Get-SigningKey',
  synopsis: 'Shows the keys that sign tokens, the one that signs last first.',
  parameters: {},
  columns: signingKeyColumns,
  call: () => ({ verb: 'GET', path: signingKeys, answers: 'many' }),
})

export const newSigningKey = posternCmdlet({
  name: 'New-SigningKey',
  synopsis: 'Makes another key to sign tokens with; it signs once it has been published for long enough.',
  parameters: {
    Immediately: optional(switched, 'Signs at once; programs that cache the published keys must fetch them again.'),
  },
  columns: signingKeyColumns,
  call: (given) => ({
    verb: 'POST',
    path: signingKeys,
    body: { immediately: given.Immediately ?? false },
    answers: 'one',
  }),
})

export const removeSigningKey = posternCmdlet({
  name: 'Remove-SigningKey',
  synopsis: 'Takes a key back, and with it every token that it signed.',
  parameters: { Kid: mandatory(text, 'Its kid.', { position: 0 }) },
  columns: [],
  confirms: true,
  call: (given) => ({ verb: 'DELETE', path: `${signingKeys}/${encodeURIComponent(given.Kid)}`, answers: 'nothing' }),
})
