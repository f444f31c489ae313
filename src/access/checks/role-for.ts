import type { MailProtocol } from '../types.ts'

/** The application permission that a protocol asks for, and the delegated one that is often taken for it. */
export const roleFor: Readonly<Record<MailProtocol, { readonly role: string; readonly delegated: string }>> = {
  imap: { role: 'IMAP.AccessAsApp', delegated: 'IMAP.AccessAsUser.All' },
  pop3: { role: 'POP.AccessAsApp', delegated: 'POP.AccessAsUser.All' },
  smtp: { role: 'SMTP.SendAsApp', delegated: 'SMTP.Send' },
}
