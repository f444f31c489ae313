import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { command } from '../command.ts'
import { folderNamed, readFolderName } from '../listing/folder-name.ts'
import type { Session } from '../conversation/session.ts'
import { URL_MECHANISMS, urlMechanisms } from '../urls/url-mechanisms.ts'

export const resetKey = command({
  name: 'RESETKEY',
  profile: 'standards',
  in: ['signed-in', 'selected'],
  spec: 'RFC 4467 §7',
  parse(reader, reading) {
    if (reader.done) return undefined
    const path = readFolderName(reader.space(), reading)
    // Mechanisms, of which there is one.
    while (reader.skip(' ')) reader.atom()
    return path
  },
  async run({ session, state: { mailbox } }, path) {
    const folder = path === undefined ? undefined : await folderNamed(mailbox, path)
    await mailbox.resetUrlKeys(folder?.id)
    tellOthers(session, mailbox, folder)
    return folder && session.wire.secure ? { code: URL_MECHANISMS } : {}
  },
})

/** RFC 4467 §7: whoever has selected the folder hears of it too, but for those who are in the middle of an answer. */
function tellOthers(session: Session, { id }: Mailbox, folder: Folder | undefined): void {
  for (const peer of session.peers) {
    const { state, outbox } = peer
    if (peer === session || state.at !== 'selected' || state.mailbox.id !== id || outbox.midway) continue
    if (folder && state.selected.folder.id !== folder.id) continue
    void outbox.add(urlMechanisms(peer)).then(() => outbox.flush())
  }
}
