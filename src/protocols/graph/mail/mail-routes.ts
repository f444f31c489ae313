import { attachmentRoutes } from './attachments/attachment-routes.ts'
import { folderRoutes } from './folders/folder-routes.ts'
import { createUploadSession } from './attachments/upload-routes.ts'
import type { MailRoute } from './mail-route.ts'
import { messageRoutes } from './messages/message-routes.ts'
import { categoryRoutes } from './settings/categories.ts'
import { mailboxSettingsRoutes } from './settings/mailbox-settings.ts'
import { messageRuleRoutes } from './settings/message-rules.ts'
import { overrideRoutes } from './settings/overrides.ts'

/** Every route below `/me` and `/users/{id}` that opens a mailbox. */
export const mailRoutes: readonly MailRoute[] = [
  ...folderRoutes,
  ...messageRoutes,
  ...attachmentRoutes,
  createUploadSession,
  ...mailboxSettingsRoutes,
  ...categoryRoutes,
  ...overrideRoutes,
  ...messageRuleRoutes,
]
