import type { Abuse } from './abuse.ts'
import { heavySearches } from './heavy-searches.ts'
import { idleSockets } from './idle-sockets.ts'
import { openSubmissions } from './open-submissions.ts'
import { refusedSignIns, refusedTokens } from './refused-requests.ts'
import { slowBodies, slowLiterals } from './slow-requests.ts'

export const abuses = {
  'idle-sockets': idleSockets,
  'slow-literals': slowLiterals,
  'slow-bodies': slowBodies,
  'open-submissions': openSubmissions,
  'heavy-searches': heavySearches,
  'refused-tokens': refusedTokens,
  'refused-sign-ins': refusedSignIns,
} satisfies Record<string, Abuse>

export type AbuseName = keyof typeof abuses

export const abuseNames = Object.keys(abuses) as AbuseName[]
