import { hash, timingSafeEqual } from 'node:crypto'
import type { Admitted } from '../core/http.ts'
import { refuse } from '../core/refusal.ts'
import { SECOND } from '../core/time.ts'
import type { UploadAuthority } from '../domain/mail/upload-types.ts'
import type { TokenClaims } from '../domain/tokens/types.ts'
import type { AccessDeps } from './deps.ts'
import { openFor } from './graph-entry.ts'
import type { GraphMailbox, GraphMailboxRequest, UploadUrl } from './types.ts'

/** Who created an upload session, and how they named the mailbox. */
interface Creator extends Pick<GraphMailboxRequest, 'permission' | 'user'> {
  readonly claims: TokenClaims
}

/** The creator of an upload session, for storage. */
export const uploadAuthority = (creator: Creator): string => JSON.stringify(creator)

/** The digest by which the secret of a session is recognized. */
export const uploadDigest = (secret: string): string => hash('sha256', secret, 'base64url')

export async function admitUpload(deps: AccessDeps, url: UploadUrl): Promise<Admitted<UploadUrl>> {
  const { app } = await sessionOf(deps, url)
  return { id: app, caller: url }
}

/**
 * Opens the mailbox as for a request of the creator. The session lives as long as its row, also when the token of the
 * creator has expired; every other check is made again.
 */
export async function openUpload(deps: AccessDeps, url: UploadUrl, from: string): Promise<GraphMailbox> {
  const { authority, expiresAt } = await sessionOf(deps, url)
  const { claims, permission, user } = JSON.parse(authority) as Creator
  const living = { ...claims, exp: Math.ceil(expiresAt / SECOND) }
  return openFor(deps, { bearer: '', permission, user, from }, living)
}

async function sessionOf({ mail }: AccessDeps, { id, secret }: UploadUrl): Promise<UploadAuthority> {
  const found = await mail.upload(id)
  const shown = Buffer.from(uploadDigest(secret))
  if (found && timingSafeEqual(Buffer.from(found.digest), shown)) return found
  return refuse('no-such-thing', 'The upload session was not found.', {
    code: 'uploadSessionNotFound',
    graph: 'uploadSessionNotFound',
  })
}
