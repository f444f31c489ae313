import type { ApplicationRole } from './app-access.ts'

const one = (permission: string, named = permission): ApplicationRole => ({
  name: `Application ${named}`,
  permissions: [permission],
})

/** contract/exchange-admin §7. There is none for IMAP4 and none for POP3. */
export const applicationRoles: readonly ApplicationRole[] = [
  one('Mail.Read'),
  one('Mail.ReadBasic'),
  one('Mail.ReadWrite'),
  one('Mail.Send'),
  one('Mail-Advanced.ReadWrite.All'),
  one('MailboxSettings.Read'),
  one('MailboxSettings.ReadWrite'),
  one('Calendars.Read'),
  one('Calendars.ReadWrite'),
  one('Contacts.Read'),
  one('Contacts.ReadWrite'),
  one('MailboxFolder.Read.All', 'MailboxFolder.Read'),
  one('MailboxFolder.ReadWrite.All', 'MailboxFolder.ReadWrite'),
  one('MailboxItem.Read.All', 'MailboxItem.Read'),
  one('MailboxItem.ReadWrite.All', 'MailboxItem.ReadWrite'),
  one('MailboxItem.Export.All', 'MailboxItem.Export'),
  one('MailboxItem.ImportExport.All', 'MailboxItem.ImportExport'),
  one('MailboxConfigItem.Read'),
  one('MailboxConfigItem.ReadWrite'),
  one('MailTips.ReadBasic.All'),
  { name: 'Application Mail Full Access', permissions: ['Mail.ReadWrite', 'Mail.Send'] },
  {
    name: 'Application Exchange Full Access',
    permissions: [
      'Mail.ReadWrite',
      'Mail.Send',
      'MailboxSettings.ReadWrite',
      'Calendars.ReadWrite',
      'Contacts.ReadWrite',
    ],
  },
  one('EWS.AccessAsApp'),
  one('SMTP.SendAsApp'),
]

export const applicationRole = (name: string): ApplicationRole | undefined =>
  applicationRoles.find((role) => role.name === name)
