import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { migrations } from '../../src/programs/services.ts'

const root = path.resolve(import.meta.dirname, '../..')
export const THIS_VERSION = path.join(root, 'bin', 'postern.js')

/** Changes of busy tables, which programs without this step work with. */
const STEP = `{
  number: 99_999,
  name: 'next version',
  compatibleSince: ${Math.max(...migrations.map(({ number }) => number))},
  up: () => [
    'create table next_version (id bigint primary key)',
    'alter table mail_mailbox add column next_version text',
    'alter table mail_state add column next_version bigint not null default 0',
    'create index concurrently next_version_state on mail_state (modseq)',
  ],
}`

/**
 * Makes the next version of this program: a copy with another version number and a schema step that this program does
 * not know. Returns its executable.
 */
export function makeNextVersion(folder: string, version: string): string {
  mkdirSync(folder)
  for (const part of ['bin', 'src']) cpSync(path.join(root, part), path.join(folder, part), { recursive: true })
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  change(
    path.join(root, 'package.json'),
    path.join(folder, 'package.json'),
    /"version": "[^"]+"/,
    `"version": "${version}"`,
  )
  const services = path.join(folder, 'src', 'programs', 'services.ts')
  change(services, services, /export const migrations = \[/, `$& ${STEP},`)
  return path.join(folder, 'bin', 'postern.js')
}

function change(from: string, to: string, what: RegExp, into: string): void {
  const text = readFileSync(from, 'utf8')
  if (!what.test(text)) throw new Error(`${from} does not have ${String(what)}`)
  writeFileSync(to, text.replace(what, into))
}
