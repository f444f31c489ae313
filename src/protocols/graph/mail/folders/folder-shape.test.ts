import { expect, it } from 'vitest'
import { folderJson, type ShownFolder } from './folder-shape.ts'

const inbox: ShownFolder = {
  id: 'F=',
  displayName: 'Inbox',
  parentFolderId: 'R=',
  childFolderCount: 1,
  unreadItemCount: 2,
  totalItemCount: 3,
  sizeInBytes: 4,
  isHidden: false,
  wellKnownName: 'inbox',
}

it('has the properties of a folder, and the well-known name in /beta', () => {
  const { wellKnownName, ...plain } = inbox
  expect(folderJson(inbox, undefined, 'v1.0')).toEqual(plain)
  expect(folderJson(inbox, undefined, 'beta')).toEqual({ ...plain, wellKnownName })
  expect(folderJson(inbox, ['displayName'], 'v1.0')).toEqual({ id: 'F=', displayName: 'Inbox' })
})

it('has the properties of a search folder', () => {
  const search = {
    isSupported: true,
    includeNestedFolders: false,
    sourceFolderIds: ['A='],
    filterQuery: 'isRead eq true',
  }
  const json = folderJson({ ...inbox, search }, undefined, 'v1.0')
  expect(Object.keys(json)[0]).toBe('@odata.type')
  expect(json).toMatchObject({ '@odata.type': '#microsoft.graph.mailSearchFolder', ...search })
})
