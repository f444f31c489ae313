/** Why something was not done: a short list that each protocol translates in one table of its own. */
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

/** An expected "no". Anything else that is thrown is a bug of ours. */
export class Refusal extends Error {
  readonly reason: Reason
  /** Machine-readable particulars, such as the name of the parameter or the protocol's own error code. */
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

/** Whether it was refused, and for that. */
export const isRefusedFor = (reason: Reason, thrown: unknown): boolean =>
  thrown instanceof Refusal && thrown.reason === reason
