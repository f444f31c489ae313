import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Outcome, run } from '../support/server-process.ts'
import { Maildir } from './maildir.ts'
import type { SystemServer } from './system-server.ts'

/** The server and the mailbox, as a mirror needs them. */
export type MirrorStage = Pick<SystemServer, 'app' | 'ca' | 'imaps' | 'inbox' | 'tokenFile'> & {
  readonly checkout: { readonly folder: string }
}

/** A program that keeps a Maildir and a mailbox alike, in both directions. */
export interface Mirror {
  readonly name: string
  readonly command: string
  /** Whether a message keeps the time of its arrival when it goes up. */
  readonly datesGoUp: boolean
  /** The folder in the Maildir that stands for one of the mailbox. */
  folder(stage: MirrorStage, name: string): Maildir
  configure(stage: MirrorStage): void
  sync(stage: MirrorStage): Promise<Outcome>
  /** Whether a run did nothing, by what it said. */
  wasIdle(outcome: Outcome): boolean
}

const place = (stage: MirrorStage, name: string): string => path.join(stage.checkout.folder, name)

export const mbsync: Mirror = {
  name: 'mbsync',
  command: 'mbsync',
  datesGoUp: true,
  folder: (stage, name) => new Maildir(path.join(place(stage, 'mbsync'), 'mail', name)),
  configure(stage) {
    const folder = place(stage, 'mbsync')
    for (const each of ['mail', 'state']) mkdirSync(path.join(folder, each), { recursive: true })
    const lines = [
      'IMAPAccount postern',
      'Host localhost',
      `Port ${stage.imaps}`,
      `User ${stage.app.mailbox}`,
      `PassCmd "cat ${stage.tokenFile}"`,
      'AuthMechs XOAUTH2',
      'TLSType IMAPS',
      `CertificateFile ${stage.ca}`,
      '',
      'IMAPStore far',
      'Account postern',
      '',
      'MaildirStore near',
      'SubFolders Verbatim',
      `Path ${folder}/mail/`,
      `Inbox ${folder}/mail/INBOX`,
      '',
      'Channel all',
      'Far :far:',
      'Near :near:',
      'Patterns *',
      'Create Both',
      'Remove Both',
      'Expunge Both',
      'CopyArrivalDate yes',
      'Sync All',
      `SyncState ${folder}/state/`,
      '',
    ]
    writeFileSync(path.join(folder, 'rc'), lines.join('\n'))
  },
  sync: (stage) => run('mbsync', ['-c', path.join(place(stage, 'mbsync'), 'rc'), 'all']),
  wasIdle: ({ stdout, stderr }) => /Far: \+0 \*0 #0 -0 +Near: \+0 \*0 #0 -0/.test(stdout + stderr),
}

export const offlineimap: Mirror = {
  name: 'offlineimap',
  command: 'offlineimap',
  datesGoUp: false,
  folder(stage, name) {
    const folder = name === 'INBOX' ? stage.inbox : name.replaceAll('/', '.')
    return new Maildir(path.join(place(stage, 'offlineimap'), 'mail', folder))
  },
  configure(stage) {
    const folder = place(stage, 'offlineimap')
    mkdirSync(folder)
    const lines = [
      '[general]',
      'accounts = postern',
      `metadata = ${folder}/metadata`,
      'ui = basic',
      '[Account postern]',
      'localrepository = near',
      'remoterepository = far',
      '[Repository near]',
      'type = Maildir',
      `localfolders = ${folder}/mail`,
      '[Repository far]',
      'type = IMAP',
      'remotehost = localhost',
      `remoteport = ${stage.imaps}`,
      `remoteuser = ${stage.app.mailbox}`,
      'ssl = yes',
      `sslcacertfile = ${stage.ca}`,
      'auth_mechanisms = XOAUTH2',
      `oauth2_access_token_eval = open('${stage.tokenFile}').read()`,
      '',
    ]
    writeFileSync(path.join(folder, 'rc'), lines.join('\n'))
  },
  sync: (stage) => run('offlineimap', ['-o', '-c', path.join(place(stage, 'offlineimap'), 'rc')]),
  wasIdle: ({ stdout, stderr }) => !/^(?:Copy|Deleting|Adding|Removing|Creating|ERROR)/m.test(stdout + stderr),
}
