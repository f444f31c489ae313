import { existsSync, readdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { refuse } from '../../core/refusal.ts'
import { copyDurably } from '../files/copy.ts'
import { makeDirectory } from '../files/disk.ts'
import { isOutOfRoom } from '../room.ts'
import { checkWhole, DATABASE, isPassing } from './backup-note.ts'
import type { Copied, Copying } from './backup.ts'
import { holdDirectory } from './hold.ts'

/**
 * Makes a data directory of a backup. Its database comes last: a directory that was not finished is refused by a server.
 * Refuses `no-such-thing`, `wrong-state` for a backup that is not whole, `already-exists` where there is something,
 * `no-room`.
 */
export async function restore({ from, to }: Omit<Copying, 'world'>): Promise<Copied> {
  const [source, target] = [resolve(from), resolve(to)]
  await checkWhole(source)
  const there = existsSync(target) ? readdirSync(target).filter((name) => !/^postern\.(lock|pid)$/.test(name)) : []
  if (there.length > 0) refuse('already-exists', `${target} is not empty.`)
  const hold = await holdDirectory(target)
  try {
    let [files, octets] = [0, 0]
    for (const path of filesOf(source)) {
      await makeDirectory(dirname(join(target, path)))
      await copyDurably(join(source, path), join(target, path))
      const { size } = await stat(join(target, path))
      files++
      octets += size
    }
    return { files, octets }
  } catch (error) {
    if (isOutOfRoom(error)) refuse('no-room', `There is no room in ${target} for what the backup holds.`)
    throw error
  } finally {
    await hold.release()
  }
}

/** Relative, the database last. */
function filesOf(source: string): readonly string[] {
  const found = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(source, join(entry.parentPath, entry.name)))
  return [...found.filter((path) => !isPassing(path)), DATABASE]
}
