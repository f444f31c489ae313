export const accessRights = [
  'ChangeOwner',
  'ChangePermission',
  'DeleteItem',
  'ExternalAccount',
  'FullAccess',
  'ReadPermission',
] as const

export const inheritanceTypes = ['None', 'All', 'Children', 'Descendents', 'SelfAndChildren'] as const

export const userMeaning =
  'The trustee: an Exchange service principal (Identity, ObjectId, AppId or Sid), a user, or a mail-enabled security group with its members.'

export const groupMailboxMeaning = 'The mailbox of a Microsoft 365 group; not supported.'
