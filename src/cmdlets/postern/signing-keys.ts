import { mandatory, optional, posternCmdlet } from '../cmdlet.ts'
import { switched, text } from '../parameter-type.ts'

/** Parameters shared by the cmdlets of signing keys. */
const signingKeys = '/postern/v1/signing-keys'

const signingKeyColumns = ['kid', 'state', 'signsFrom', 'ends', 'encrypted']

export const getSigningKey = posternCmdlet({
  name: 'Get-SigningKey',
  synopsis: 'Lists the keys that sign tokens, the newest first.',
  parameters: {},
  columns: signingKeyColumns,
  call: () => ({ verb: 'GET', path: signingKeys, answers: 'many' }),
})

export const newSigningKey = posternCmdlet({
  name: 'New-SigningKey',
  synopsis: 'Creates a key that signs tokens. It signs after it was published for long enough.',
  parameters: {
    Immediately: optional(
      switched,
      'Signs at once, on other nodes within a second; programs that cache the published keys must fetch them again.',
    ),
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
  synopsis: 'Revokes a key, and every token that it signed.',
  parameters: { Kid: mandatory(text, 'Its kid.', { position: 0 }) },
  columns: [],
  confirms: true,
  call: (given) => ({ verb: 'DELETE', path: `${signingKeys}/${encodeURIComponent(given.Kid)}`, answers: 'nothing' }),
})
