import type { MailFolder, MailSearchFolder } from '@microsoft/microsoft-graph-types'

/** A folder with the facts that its JSON shows. */
export interface ShownFolder {
  readonly id: string
  readonly displayName: string
  readonly parentFolderId: string
  readonly childFolderCount: number
  readonly unreadItemCount: number
  readonly totalItemCount: number
  readonly sizeInBytes: number
  readonly isHidden: boolean
  /** `/beta` shows it. */
  readonly wellKnownName: string | undefined
  /** Of a search folder. */
  readonly search?: {
    readonly isSupported: boolean
    readonly includeNestedFolders: boolean
    readonly sourceFolderIds: readonly string[]
    readonly filterQuery: string
  }
}

type Navigation =
  | 'childFolders'
  | 'messageRules'
  | 'messages'
  | 'multiValueExtendedProperties'
  | 'singleValueExtendedProperties'

export type FolderProperty = Exclude<keyof MailFolder, Navigation>

const properties: { readonly [Name in FolderProperty]-?: (folder: ShownFolder) => MailFolder[Name] } = {
  id: ({ id }) => id,
  displayName: ({ displayName }) => displayName,
  parentFolderId: ({ parentFolderId }) => parentFolderId,
  childFolderCount: ({ childFolderCount }) => childFolderCount,
  unreadItemCount: ({ unreadItemCount }) => unreadItemCount,
  totalItemCount: ({ totalItemCount }) => totalItemCount,
  isHidden: ({ isHidden }) => isHidden,
}

/** Properties that the metadata of `/v1.0` lacks: the real service sends the first, `/beta` has the second. */
const others: Readonly<Record<string, (folder: ShownFolder) => unknown>> = {
  sizeInBytes: ({ sizeInBytes }) => sizeInBytes,
  wellKnownName: ({ wellKnownName }) => wellKnownName ?? null,
}

type SearchProperty = Exclude<keyof MailSearchFolder, keyof MailFolder>

const searchProperties: {
  readonly [Name in SearchProperty]-?: (search: NonNullable<ShownFolder['search']>) => MailSearchFolder[Name]
} = {
  isSupported: ({ isSupported }) => isSupported,
  includeNestedFolders: ({ includeNestedFolders }) => includeNestedFolders,
  sourceFolderIds: ({ sourceFolderIds }) => [...sourceFolderIds],
  filterQuery: ({ filterQuery }) => filterQuery,
}

/** The names that `$select` accepts. */
export const folderProperties: readonly string[] = [
  ...Object.keys(properties),
  ...Object.keys(others),
  ...Object.keys(searchProperties),
]

/** The JSON of a folder. `selected` has the spelling of {@link folderProperties}. */
export function folderJson(
  folder: ShownFolder,
  selected: readonly string[] | undefined,
  version: 'v1.0' | 'beta',
): Record<string, unknown> {
  const shows = (name: string): boolean =>
    selected === undefined ? name !== 'wellKnownName' || version === 'beta' : selected.includes(name) || name === 'id'
  const json: Record<string, unknown> = folder.search ? { '@odata.type': '#microsoft.graph.mailSearchFolder' } : {}
  for (const [name, value] of [...Object.entries(properties), ...Object.entries(others)]) {
    if (shows(name)) json[name] = value(folder)
  }
  if (folder.search) {
    for (const [name, value] of Object.entries(searchProperties)) if (shows(name)) json[name] = value(folder.search)
  }
  return json
}
