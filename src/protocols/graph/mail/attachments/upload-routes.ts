import { hash } from 'node:crypto'
import { Base64Lines, encodedLength } from '../../../../codecs/mime/compose/base64-lines.ts'
import { fileHeader } from '../../../../codecs/mime/compose/attachment-part.ts'
import { uploadAuthority, uploadDigest } from '../../../../access/upload-entry.ts'
import type { GraphMailbox, UploadUrl } from '../../../../access/types.ts'
import { bearerRoute, type HttpAnswer, type HttpRequest, type Route, type Verb } from '../../../../core/http.ts'
import { isoSeconds } from '../../../../core/time.ts'
import type { MailItem } from '../../../../domain/mail/items/types.ts'
import type { Mailbox } from '../../../../domain/mail/types.ts'
import type { UploadSession } from '../../../../domain/mail/upload-types.ts'
import { commonHeaders, created, noContent, ok } from '../../answers.ts'
import { refuseWith, versionOf } from '../mail-answers.ts'
import { withMailCodes } from '../mail-codes.ts'
import { type GraphMailDeps, mailRoute } from '../mail-route.ts'
import { messageIn } from '../messages/message-routes.ts'
import { attachmentId } from './attachment-id.ts'
import { attachmentLocation } from './attachment-routes.ts'
import { addAttachment, attachmentContext } from './change-attachments.ts'
import { readContentRange, readUploadInput } from './upload-input.ts'

/** docs/reference/graph-mail.md §2.2: the largest range of one request. */
const LARGEST_RANGE = 4 * 1024 * 1024
const SECRET = 32

const contextUrl = ({ base }: HttpRequest): string => `${base}/v1.0/$metadata#microsoft.graph.uploadSession`

export const createUploadSession = mailRoute('POST /messages/:message/attachments/createUploadSession', {
  needs: 'Mail.ReadWrite',
  run: async (call) => {
    const { request, mailbox, deps } = call
    const input = readUploadInput(request.body)
    const { key } = await messageIn(call)
    const secret = Buffer.from(deps.world.bytes(SECRET)).toString('base64url')
    const { claims } = call
    const upload = await mailbox.uploads.create({
      ...input,
      key,
      digest: uploadDigest(secret),
      authority: uploadAuthority({ claims, permission: 'Mail.ReadWrite', user: request.params['user'] }),
      app: claims.appid,
      encoded: encodedLength(input.octets),
    })
    const path = `${call.owner}/messages('${encodeURIComponent(request.params['message'] ?? '')}')`
    return created(request, {
      '@odata.context': contextUrl(request),
      uploadUrl: `${request.base}/${versionOf(request)}/${path}/attachmentSessions('${upload.id}')?authtoken=${secret}`,
      expirationDateTime: isoSeconds(upload.expiresAt),
      nextExpectedRanges: ['0-'],
    })
  },
})

/** One request to the URL of a session. */
interface UploadCall {
  readonly request: HttpRequest
  readonly opened: GraphMailbox
  readonly upload: UploadSession
  readonly deps: GraphMailDeps
}

const status = ({ request, upload }: UploadCall): HttpAnswer =>
  upload.attachment === undefined
    ? ok(request, {
        '@odata.context': contextUrl(request),
        ExpirationDateTime: isoSeconds(upload.expiresAt),
        nextExpectedRanges: [String(upload.received)],
      })
    : finished(request, upload.attachment)

const finished = (request: HttpRequest, attachment: string): HttpAnswer => {
  const { user = '', message = '' } = request.params
  const owner = `users('${encodeURIComponent(user)}')`
  const location = `${request.base}/${versionOf(request)}/${owner}${attachmentLocation(message, attachment)}`
  return { status: 201, headers: { ...commonHeaders(request), location } }
}

async function put(call: UploadCall): Promise<HttpAnswer> {
  const { request, upload, opened } = call
  const { start } = readContentRange(request.headers['content-range'], request.body.length, upload.octets)
  const { uploads } = opened.mailbox
  const after = await uploads.append(upload.id, start, request.body)
  if (after.attachment !== undefined || after.received < after.octets) return status({ ...call, upload: after })
  return finished(request, await attach(call))
}

/** Adds the file to its message. Returns the id of the attachment. */
async function attach({ upload, opened, deps }: UploadCall): Promise<string> {
  const { mailbox } = opened
  // The same header each time, so that an attachment that was added before a crash is found again.
  const header = await fileHeader({ ...upload, contentLocation: undefined }, (octets) =>
    hash('sha512', upload.id, 'buffer').subarray(0, octets),
  )
  const part = {
    shown: upload.isInline && upload.contentId !== undefined,
    octets: header.length + encodedLength(upload.octets),
    header,
    read: () => encoded(mailbox, upload, header),
  }
  const context = attachmentContext(mailbox, deps)
  const { opened: message, attachment } = await addAttachment(context, () => itemOf(mailbox, upload), part)
  const id = attachmentId(message.item.key, attachment)
  await mailbox.uploads.finish(upload.id, id)
  return id
}

async function itemOf(mailbox: Mailbox, { key }: UploadSession): Promise<MailItem> {
  const [item] = await mailbox.items.byKeys([key])
  return item ?? refuseWith('ErrorItemNotFound', 'The specified object was not found in the store.', 'no-such-thing')
}

async function* encoded(mailbox: Mailbox, { id }: UploadSession, header: Buffer): AsyncGenerator<Buffer> {
  yield header
  const lines = new Base64Lines()
  for await (const octets of mailbox.uploads.read(id)) yield lines.write(octets)
  yield lines.end()
}

/** The routes of the URLs of sessions. The URL is the secret: they need no token, and ignore one. */
export function uploadRoutes(deps: GraphMailDeps): readonly Route[] {
  const runs = {
    GET: async (call: UploadCall) => status(call),
    PUT: put,
    async DELETE({ request, opened, upload }: UploadCall) {
      await opened.mailbox.uploads.cancel(upload.id)
      return noContent(request)
    },
  } as const satisfies Partial<Record<Verb, (call: UploadCall) => Promise<HttpAnswer>>>
  return Object.entries(runs).map(([verb, run]) =>
    bearerRoute<UploadUrl>(
      `${verb as keyof typeof runs} /v1.0${UPLOAD_PATH}`,
      (request) =>
        deps.access.admitUpload({
          id: request.params['session'] ?? '',
          secret: request.query.get('authtoken') ?? '',
        }),
      async (request, url) => {
        const opened = await deps.access.openUpload(url, request.from)
        try {
          return await withMailCodes(async () => {
            const upload = await opened.mailbox.uploads.find(url.id)
            if (!upload) refuseWith('uploadSessionNotFound', 'The upload session was not found.', 'no-such-thing')
            return run({ request, opened, upload, deps })
          })
        } finally {
          opened.leave()
        }
      },
      verb === 'PUT' ? { bodyLimit: LARGEST_RANGE } : {},
    ),
  )
}

export const UPLOAD_PATH = '/users/:user/messages/:message/attachmentSessions/:session'
/** Where those routes are, for the answer to another method. */
export const uploadPaths = (['GET', 'PUT', 'DELETE'] as const).map((verb) => ({ verb, path: UPLOAD_PATH }) as const)
