import { jsonLines } from './json-lines.ts'

/** The file at the top of an export with the folders that directory names cannot express: a line of JSON for each. */
export const FOLDER_LIST = 'folders.jsonl'

export interface ListedFolder {
  readonly directory: string
  readonly folder: string
}

/** The folders in the list of a directory, by the names of their directories; empty where there is no list. */
export async function readFolderList(dir: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const { directory, folder } of await jsonLines<ListedFolder>(dir, FOLDER_LIST)) {
    if (typeof directory === 'string' && typeof folder === 'string') found.set(directory, folder)
  }
  return found
}

export const writeFolderList = (folders: Iterable<ListedFolder>): Buffer =>
  Buffer.from([...folders].map(({ directory, folder }) => `${JSON.stringify({ directory, folder })}\n`).join(''))
