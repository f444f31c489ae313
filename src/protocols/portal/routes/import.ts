import type { Caller } from '../../../access/types.ts'
import type { HttpRequest, Route } from '../../../core/http.ts'
import { Refusal, refuse } from '../../../core/refusal.ts'
import type { Folder, Mailbox } from '../../../domain/mail/types.ts'
import { administratorRoute } from '../administrator.ts'
import type { PortalDeps } from '../deps.ts'
import { decodeBatch, MESSAGE_BATCH, type SentMessage } from '../../../codecs/portal/message-batch.ts'
import { newMessage } from '../new-message.ts'

const LARGEST_UPLOAD = 150 * 1024 * 1024

/** `POST …/messages?folder=&received=&flags=`: one message as message/rfc822, or a batch; all of it or nothing. */
export function importRoute(deps: PortalDeps): Route {
  const route = importing(deps)
  return {
    ...route,
    async admit(request) {
      const admitted = await route.admit!(request)
      await refuseBeyondQuota(deps, admitted.caller as Caller, request)
      return admitted
    },
  }
}

/** One message that the quota does not allow is refused before it is read; a batch, before anything of it is stored. */
async function refuseBeyondQuota({ access }: PortalDeps, caller: Caller, request: HttpRequest): Promise<void> {
  const octets = Number(request.headers['content-length'] ?? 0)
  if (typeOf(request) === MESSAGE_BATCH || !(octets > 0)) return
  const { used, limits } = await (await access.administer(caller, request.params.mailbox!)).quota()
  if (used.octets + octets <= (limits.octets ?? Number.POSITIVE_INFINITY)) return
  refuse('over-quota', 'The mailbox is full')
}

const importing = (deps: PortalDeps): Route =>
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

const typeOf = ({ headers }: HttpRequest): string | undefined =>
  headers['content-type']?.split(';')[0]?.trim().toLowerCase()

function sent(request: HttpRequest): readonly SentMessage[] {
  const { query, body } = request
  if (typeOf(request) === MESSAGE_BATCH) return decodeBatch(body)
  const flags = query
    .get('flags')
    ?.split(',')
    .filter((name) => name !== '')
  return [{ bytes: body, received: query.get('received') ?? undefined, flags }]
}

/** A fault of the folder is not a fault of the messages: it has an error code of its own. */
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
