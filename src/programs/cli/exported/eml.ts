import path from 'node:path'
import { MESSAGE_LIST, writeMessageList } from '../mail-files/message-list.ts'
import { sizeAndTime, written } from './files.ts'
import type { Listing, Place, ExportTarget } from './export-target.ts'

const fileOf = ({ uid }: Listing): string => `${uid}.eml`

/** `UID.eml` each, with the time at which it was received; dates and flags in a list beside them. */
export const emlShelf = ({ directory }: Place): ExportTarget => ({
  async has(message) {
    const found = await sizeAndTime(path.join(directory, fileOf(message)))
    return found?.size === message.octets && found.mtimeMs === Date.parse(message.received)
  },

  put: (message, bytes) => written(path.join(directory, fileOf(message)), bytes, new Date(message.received)),

  finish: (messages) =>
    written(
      path.join(directory, MESSAGE_LIST),
      writeMessageList(messages.map((message) => ({ file: fileOf(message), ...message }))),
    ),
})
