import { refuse } from '../../core/refusal.ts'

/** Aborted when access revokes the handle that a verb works for. */
interface Revocable {
  readonly revoked: AbortSignal
}

/** Refuses `gone` once access has revoked the handle. */
export function refuseRevoked({ revoked }: Revocable): void {
  if (revoked.aborted) refuse('gone', 'The mailbox is no longer open to you')
}

/** A signal that is aborted when access revokes the handle or when the caller cancels the work. */
export const whileAllowed = ({ revoked }: Revocable, signal: AbortSignal | undefined): AbortSignal =>
  signal ? AbortSignal.any([signal, revoked]) : revoked
