import { mandatory, optional } from '../../cmdlet.ts'
import { text } from '../../parameter-type.ts'

const meaning = 'The group: its name, alias, address, distinguished name or a GUID of it.'

export const groupIdentity = mandatory(text, meaning, { position: 0 })
export const anyGroup = optional(text, meaning, { position: 0 })

export const groupTypes = ['Distribution', 'Security'] as const
