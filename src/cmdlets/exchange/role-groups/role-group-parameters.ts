import { mandatory, optional } from '../../cmdlet.ts'
import { switched, text } from '../../parameter-type.ts'

export const roleGroupIdentity = mandatory(text, 'The role group: its name or GUID.', { position: 0 })
export const roleGroupMember = mandatory(
  text,
  'Who: a service principal that Exchange is aware of, a user, or a mail-enabled security group.',
)
export const bypass = optional(switched, 'Accepted, without effect: role groups have no managers.')
export const roleGroupColumns = ['Name', 'Roles', 'Members', 'Description']
