/** The reason of a refusal. Each protocol translates this short list in one table. */
export type Reason =
  | 'bad-syntax'
  | 'wrong-state'
  | 'not-signed-in'
  | 'not-allowed'
  | 'no-such-thing'
  | 'already-exists'
  | 'over-quota'
  | 'no-room'
  | 'too-big'
  | 'busy'
  | 'gone'
  | 'damaged'
  | 'unsupported'

/** An expected refusal. Any other exception is a bug in Postern. */
export class Refusal extends Error {
  readonly reason: Reason
  /** Machine-readable details, such as the name of the parameter or an error code of the protocol. */
  readonly detail: Readonly<Record<string, string>>

  constructor(reason: Reason, text: string, detail: Readonly<Record<string, string>> = {}) {
    super(text)
    this.name = 'Refusal'
    this.reason = reason
    this.detail = detail
  }
}

/** Throws a {@link Refusal}. */
export function refuse(reason: Reason, text: string, detail?: Readonly<Record<string, string>>): never {
  throw new Refusal(reason, text, detail)
}

/** Whether a write was refused only for now, and is known not to be done. It may run again later. */
export const isRefusedForNow = (thrown: unknown): boolean =>
  thrown instanceof Refusal &&
  (thrown.reason === 'no-room' || thrown.reason === 'busy') &&
  thrown.detail['outcome'] !== 'unknown'

/** Whether an exception is a refusal with that reason. */
export const isRefusedFor = (reason: Reason, thrown: unknown): boolean =>
  thrown instanceof Refusal && thrown.reason === reason
