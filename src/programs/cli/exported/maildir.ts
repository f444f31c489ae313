import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { letteredKeywords, MAILDIR_KEYWORDS, maildirInfo, writeMaildirKeywords } from '../mail-files/maildir.ts'
import { directoryBelow, moved, told, written } from './files.ts'
import type { Listing, Place, ExportTarget } from './export-target.ts'

/** A Maildir for each folder, those below it in directories within (Dovecot's layout `fs`); flags are in the names. */
export async function maildirShelf({ directory, uidValidity }: Place): Promise<ExportTarget> {
  const [cur, tmp] = ['cur', 'tmp', 'new'].map((name) => path.join(directory, name)) as [string, string, string]
  for (const name of ['cur', 'tmp', 'new']) await directoryBelow(directory, [name])
  /** By their names without flags. */
  const files = (await told(cur, readdir(cur, { withFileTypes: true }))).filter((entry) => entry.isFile())
  const present = new Map(files.map(({ name }) => [name.split(':')[0]!, name]))

  /** As in Courier and Dovecot: the seconds, something that no other file has, the host. */
  const uniqueName = ({ uid, received }: Listing): string =>
    `${Math.floor(Date.parse(received) / 1000)}.U${uid}V${uidValidity}.postern`

  return {
    has: async (message) => present.has(uniqueName(message)),

    async put(message, bytes) {
      const name = uniqueName(message)
      await written(path.join(tmp, name), bytes, new Date(message.received))
      await moved(path.join(tmp, name), path.join(cur, `${name}:2,`))
      present.set(name, `${name}:2,`)
    },

    async finish(messages) {
      const keywords = letteredKeywords(messages.map(({ flags }) => flags))
      if (keywords.length > 0) await written(path.join(directory, MAILDIR_KEYWORDS), writeMaildirKeywords(keywords))
      for (const message of messages) {
        const name = uniqueName(message)
        const before = present.get(name)
        const after = name + maildirInfo(message.flags, keywords)
        if (before !== undefined && before !== after) await moved(path.join(cur, before), path.join(cur, after))
      }
    },
  }
}
