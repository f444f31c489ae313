/**
 * Folders and files in which the language check finds nothing. A folder that reads well goes on this list, and stays on
 * it: `npm test` then fails for each retired word, long title or long line that comes back.
 */
export const finished: readonly string[] = [
  'CONTRIBUTING.md',
  'README.md',
  'docs/architecture.md',
  'docs/backup.md',
  'docs/decisions',
  'docs/find.md',
  'docs/glossary.md',
  'docs/imap.md',
  'docs/limits.md',
  'docs/performance.md',
  'docs/reference',
  'docs/reliability.md',
  'docs/security.md',
  'parity/README.md',
  'src/cmdlets/connection',
  'src/cmdlets/exchange/app-access',
  'src/cmdlets/exchange/authentication-policies',
  'src/cmdlets/exchange/groups',
  'src/cmdlets/exchange/mailboxes',
  'src/cmdlets/exchange/message-trace',
  'src/cmdlets/exchange/organization',
  'src/cmdlets/exchange/permissions',
  'src/cmdlets/exchange/recipients',
  'src/cmdlets/exo',
  'src/cmdlets/graph',
  'src/cmdlets/postern',
  'src/protocols/exchange/cmdlets/authentication-policies',
  'src/protocols/exchange/cmdlets/recipients',
  'src/protocols/exchange/cmdlets/roles',
  'src/storage/local',
  'test/contracts/engine',
  'test/differential/differences.md',
  'test/parity/exchange',
]

/** Exported type names that still have several meanings. */
export const sharedNames: readonly string[] = ['Copied', 'ListedFolder', 'PageRequest']
