import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { makeDirectories } from '../../core/directories.ts'
import { failed } from './failure.ts'
import { folderNames } from './file-names.ts'
import { jsonOf, refused } from './reply.ts'
import type { Session } from './session.ts'

interface Folder {
  readonly id: number
  readonly path: string
}

interface Message {
  readonly uid: number
  readonly received: string
}

const AT_ONCE = 8

/** Writes every message as `FOLDER/UID.eml` below a directory, with the time at which it was received. */
export async function exportMailbox(
  session: Session,
  mailbox: string,
  target: string,
): Promise<{ exported: number; folders: number }> {
  const base = `/postern/v1/${encodeURIComponent(session.tenant)}/mailboxes/${encodeURIComponent(mailbox)}/folders`
  const folders = await listed<Folder>(session, base)
  let exported = 0
  for (const folder of folders) {
    const place = path.join(target, ...folderNames(folder.path))
    await made(place)
    const messages = `${base}/${folder.id}/messages`
    for (let page = await pageAfter(0); page.length > 0; page = await pageAfter(page.at(-1)!.uid)) {
      for (let at = 0; at < page.length; at += AT_ONCE) {
        const saved = await Promise.all(page.slice(at, at + AT_ONCE).map((message) => save(messages, place, message)))
        exported += saved.filter(Boolean).length
      }
    }

    function pageAfter(uid: number): Promise<readonly Message[]> {
      return listed<Message>(session, `${messages}?after=${uid}`)
    }
  }
  return { exported, folders: folders.length }

  /** Whether it was still there. */
  async function save(messages: string, place: string, { uid, received }: Message): Promise<boolean> {
    const reply = await session.ask('exchange', { verb: 'GET', path: `${messages}/${uid}` })
    if (reply.status === 404) return false
    if (reply.status !== 200) return refused(reply)
    await written(path.join(place, `${uid}.eml`), reply.body, new Date(received))
    return true
  }
}

async function listed<T>(session: Session, url: string): Promise<readonly T[]> {
  const reply = await session.ask('exchange', { verb: 'GET', path: url })
  return reply.status === 200 ? (jsonOf(reply).value as T[]) : refused(reply)
}

const made = (place: string) =>
  makeDirectories(place).catch((thrown: Error) => failed('NotWritten', `${place}: ${thrown.message}`))

/** A link that stands where the file should go is not followed. */
async function written(file: string, bytes: Buffer, received: Date): Promise<void> {
  const { O_CREAT, O_TRUNC, O_WRONLY, O_NOFOLLOW } = constants
  try {
    const handle = await open(file, O_CREAT | O_TRUNC | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.utimes(received, received)
    } finally {
      await handle.close()
    }
  } catch (thrown) {
    failed('NotWritten', `${file}: ${(thrown as Error).message}`)
  }
}
