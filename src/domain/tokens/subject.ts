import { createHash } from 'node:crypto'
import type { AppId, UserId } from '../../core/ids.ts'

/** OpenID Connect Core 1.0 §8.1: the same person has another `sub` for each app, and always the same for one. */
export const subjectFor = (appId: AppId, user: UserId): string =>
  createHash('sha256').update(appId).update(user).digest('base64url')
