import type { Migration } from '../../../storage/engine.ts'

export const directoryAuditMigrations: readonly Migration[] = [
  {
    number: 160,
    name: 'the audit of the directory knows the cmdlet',
    up: () => [`alter table directory_audit add column command text`],
  },
  {
    number: 168,
    name: 'the audit of the directory keeps refused changes of the administrator’s app',
    up: () => [`alter table directory_audit add column refused text`],
  },
]
