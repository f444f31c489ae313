import { mandatory, posternCmdlet } from '../cmdlet.ts'
import { text } from '../parameter-type.ts'
import { signingKeys } from './signing-keys.ts'

export const removeSigningKey = posternCmdlet({
  name: 'Remove-SigningKey',
  synopsis: 'Takes a key back, and with it every token that it signed.',
  parameters: { Kid: mandatory(text, 'Its kid.', { position: 0 }) },
  columns: [],
  confirms: true,
  call: (given) => ({ verb: 'DELETE', path: `${signingKeys}/${encodeURIComponent(given.Kid)}`, answers: 'nothing' }),
})
