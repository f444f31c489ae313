import type { Profile } from '../../core/profile.ts'
import type { Command } from './command.ts'
import type { Session } from './session.ts'

/** What is announced besides the verbs. RFC 2449 §6, RFC 3206 §6. Exchange Online has nothing of the kind. */
const extensions: Readonly<Record<Profile, readonly string[]>> = {
  'exchange-online': [],
  standards: ['RESP-CODES', 'AUTH-RESP-CODE', 'PIPELINING', 'EXPIRE NEVER', 'IMPLEMENTATION Postern'],
}

/** RFC 2449 §5: what this connection can do now. */
export const capabilities = (session: Session, commands: Iterable<Command>): string[] => [
  ...[...commands].map(({ announce }) => announce(session)).filter((it) => it !== undefined),
  ...extensions[session.deps.profile],
]
