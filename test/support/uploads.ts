import path from 'node:path'
import { openSpill } from '../../src/core/uploads/spill.ts'
import { UploadPool } from '../../src/core/uploads/upload-pool.ts'
import type { World } from '../../src/core/world.ts'
import { readConfig } from '../../src/programs/config.ts'

/** Creates the upload pool of a test server: memory only, or also `dir` for uploads without memory. */
export async function uploadPool(world: World, dir?: string, flags: Record<string, unknown> = {}): Promise<UploadPool> {
  const { uploads: settings, imap, submission } = readConfig({ flags })
  if (dir === undefined) return new UploadPool({ world, settings })
  const largest = Math.max(imap.message_octets, submission.message_octets)
  const spill = await openSpill(path.join(dir, 'uploads'), { world, settings, largest })
  return new UploadPool({ world, settings, spill })
}
