/**
 * What is known of many messages, a number each, in Kleene's order: AND is the smallest, OR the largest, NOT the
 * opposite.
 */
export type Verdicts = Uint8Array<ArrayBuffer>

export const NO = 0
export const UNKNOWN = 1
export const YES = 2

export const verdictOf = (known: boolean): number => (known ? YES : NO)

export const verdicts = (count: number, verdict: number): Verdicts => new Uint8Array(count).fill(verdict)

/** One NO decides an AND and one YES an OR, whatever is still unknown. */
export function join(kind: 'and' | 'or', all: readonly Verdicts[], count: number): Verdicts {
  const joined = verdicts(count, kind === 'and' ? YES : NO)
  for (const some of all) {
    for (let at = 0; at < count; at++) {
      const verdict = some[at]!
      if (kind === 'and' ? verdict < joined[at]! : verdict > joined[at]!) joined[at] = verdict
    }
  }
  return joined
}

export const opposite = (all: Verdicts): Verdicts => all.map((verdict) => YES - verdict)
