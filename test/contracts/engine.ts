import { blobsContract } from './engine/blobs.ts'
import { leasesContract } from './engine/leases.ts'
import { noticesContract } from './engine/notices.ts'
import type { MakeDirectory } from './engine/directory.ts'
import { schemaContract } from './engine/schema.ts'
import { writesContract } from './engine/writes.ts'

/** The suite that every storage engine must pass. */
export function engineContract(name: string, makePlace: MakeDirectory): void {
  writesContract(name, makePlace)
  blobsContract(name, makePlace)
  noticesContract(name, makePlace)
  leasesContract(name, makePlace)
  schemaContract(name, makePlace)
}
