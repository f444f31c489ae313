import { type FileHandle, readdir, unlink } from 'node:fs/promises'
import path from 'node:path'
import { OctetBudget } from '../octet-budget.ts'
import { makePrivateDirectory, takeDirectory } from '../private-directories.ts'
import { createPrivateFile } from '../private-files.ts'
import type { World } from '../world.ts'
import type { UploadSettings } from './settings.ts'

/** A temporary file that one upload writes from its start to its end, and then reads once. */
export interface SpillFile {
  write(octets: Uint8Array): Promise<void>
  /** Reads the file from its start into `into`. Throws when it is shorter. */
  read(into: Buffer): Promise<void>
  close(): Promise<void>
}

/** Disk space for uploads that do not fit in memory; one for all protocols of the server. */
export interface Spill {
  /** Shares are taken in units of {@link SPILL_UNIT}. */
  readonly octets: OctetBudget
  /** Places for files: one octet stands for one file. */
  readonly files: OctetBudget
  create(): Promise<SpillFile>
}

/** Octets that an upload takes of the disk budget at a time. */
export const SPILL_UNIT = 256 * 1024

const NAME = /^upload-[0-9a-f-]{36}$/

export interface SpillOptions {
  readonly world: World
  readonly settings: Pick<UploadSettings, 'spill_octets' | 'spill_files'>
  /** The largest upload of any protocol: one of them fits, even when it is more than a quarter. */
  readonly largest: number
}

/** Opens the directory for temporary files (0700) and removes what an earlier run left there. */
export async function openSpill(directory: string, { world, settings, largest }: SpillOptions): Promise<Spill> {
  await makePrivateDirectory(path.dirname(directory))
  await takeDirectory(directory)
  for (const name of await readdir(directory)) if (NAME.test(name)) await unlink(path.join(directory, name))
  return {
    octets: new OctetBudget(settings.spill_octets, {
      perCaller: Math.max(settings.spill_octets / 4, largest + SPILL_UNIT),
    }),
    files: new OctetBudget(settings.spill_files),
    async create() {
      const name = path.join(directory, `upload-${world.guid()}`)
      const file = await createPrivateFile(name)
      try {
        // Without a name the file is gone with its descriptor, even when the server is killed.
        await unlink(name)
      } catch (thrown) {
        await file.close()
        throw thrown
      }
      return spillFile(file)
    },
  }
}

function spillFile(file: FileHandle): SpillFile {
  let end = 0
  return {
    async write(octets) {
      for (let at = 0; at < octets.length;) {
        const { bytesWritten } = await file.write(octets, at, octets.length - at, end)
        at += bytesWritten
        end += bytesWritten
      }
    },
    async read(into) {
      for (let at = 0; at < into.length;) {
        const { bytesRead } = await file.read(into, at, into.length - at, at)
        if (bytesRead === 0) throw new Error('A temporary file is shorter than what was written to it')
        at += bytesRead
      }
    },
    close: () => file.close(),
  }
}
