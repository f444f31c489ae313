import type { HttpRequest, Route } from '../../../core/http.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'
import { decodeBatch, MESSAGE_BATCH, type SentMessage } from '../../../codecs/portal/message-batch.ts'
import { newMessage } from '../new-message.ts'

const LARGEST_UPLOAD = 150 * 1024 * 1024

/** `POST …/messages?folder=&received=&flags=`: one message as message/rfc822, or a batch; all of it or nothing. */
export const importRoute = (deps: PortalDeps): Route =>
  administratorRoute(
    deps,
    'POST /postern/v1/:tenant/mailboxes/:mailbox/messages',
    async (request, caller) => {
      const mailbox = await deps.access.administer(caller, request.params.mailbox!)
      const messages = sent(request).map(newMessage)
      const folder = await folderFor(mailbox, request.query.get('folder') ?? 'Inbox')
      const { uidValidity, uids } = await mailbox.append(folder.id, messages)
      return { status: 201, body: { folder: folder.path, uidValidity, uids } }
    },
    { bodyLimit: LARGEST_UPLOAD },
  )

function sent({ headers, query, body }: HttpRequest): readonly SentMessage[] {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  if (type === MESSAGE_BATCH) return decodeBatch(body)
  const flags = query
    .get('flags')
    ?.split(',')
    .filter((name) => name !== '')
  return [{ bytes: body, received: query.get('received') ?? undefined, flags }]
}

/** What is wrong with the folder is no fault of the messages, and told apart by its code. */
async function folderFor(mailbox: Mailbox, path: string): Promise<Folder> {
  try {
    return (await mailbox.folder(path)) ?? (await mailbox.createFolder(path))
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown
    // Another upload may have made it meanwhile.
    const made = thrown.reason === 'already-exists' ? await mailbox.folder(path) : undefined
    return made ?? refuse(thrown.reason, thrown.message, { code: 'FolderRefused' })
  }
}
