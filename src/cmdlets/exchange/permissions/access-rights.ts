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
  'Who: a service principal that Exchange is aware of (Identity, ObjectId, AppId or Sid), a user, or a mail-enabled security group, which stands for its members.'

export const groupMailboxMeaning = 'The mailbox of a Microsoft 365 group; not supported.'
