import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Postern } from '../../bench/targets/postern.ts'
import { userName } from '../../bench/targets/target.ts'
import { ImapClient } from '../support/imap-client.ts'
import { KEPT, type FolderFacts } from './folder-facts.ts'
import { letterOf } from './letters.ts'

const executable = path.resolve(import.meta.dirname, '../../bin/postern.js')

/** Runs a command to its end; throws with what it says when it fails. */
export function postern(...words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [executable, ...words])
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (said += piece))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(said) : reject(new Error(`postern ${words[0]}: ${said}`))))
  })
}

/**
 * A backup that is brought up to date in the midst of traffic, and a server that is started on what is restored from
 * it.
 */
export class Backup {
  readonly #folder: string
  readonly #facts: FolderFacts

  constructor(folder: string, facts: FolderFacts) {
    this.#folder = folder
    this.#facts = facts
  }

  /** Makes a backup and checks that it has everything that was acknowledged before. */
  async make(): Promise<void> {
    const due = this.#facts.kept()
    await postern('backup', this.#to, '--data', path.join(this.#folder, 'data'))
    await this.#check(due)
  }

  get #to(): string {
    return path.join(this.#folder, 'backup')
  }

  async #check(due: ReadonlyMap<number, number | undefined>): Promise<void> {
    const restored = path.join(this.#folder, 'restored')
    mkdirSync(restored)
    copyFileSync(path.join(this.#folder, 'credential.json'), path.join(restored, 'credential.json'))
    try {
      await postern('restore', this.#to, '--data', path.join(restored, 'data'))
      await postern('verify', '--data', path.join(restored, 'data'))
      const server = await Postern.start({ folder: restored, profiles: undefined })
      try {
        await compare(server, due)
      } finally {
        await server.stop()
      }
      await postern('verify', '--data', path.join(restored, 'data'))
    } finally {
      rmSync(restored, { recursive: true, force: true })
    }
  }
}

async function compare(server: Postern, due: ReadonlyMap<number, number | undefined>): Promise<void> {
  const client = await ImapClient.signIn(server.places.imap, userName(0), server.token())
  const opened = await client.run(`EXAMINE ${KEPT}`)
  const { untagged, tagged } = await client.run('UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
  client.drop()
  for (const answer of [opened.tagged, tagged]) if (!answer.startsWith('OK')) throw new Error(`restored: ${answer}`)
  const letters = new Map(
    untagged.map((it) => [Number(/ UID (\d+)/.exec(it)?.[1]), letterOf(/Subject: ([^\r]*)/.exec(it)?.[1] ?? '')]),
  )
  for (const [uid, letter] of due) {
    if (!letters.has(uid)) throw new Error(`UID ${uid} of ${KEPT} was acknowledged before the backup and is not in it`)
    if (letter !== undefined && letters.get(uid) !== letter)
      throw new Error(`UID ${uid} of ${KEPT} was letter ${letter} and is letter ${letters.get(uid)} in the backup`)
  }
}
