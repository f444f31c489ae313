import { refuse } from '../../core/refusal.ts'
import type { Value } from './evaluate.ts'
import { comparisonsIn, type Filter } from './filter.ts'
import { momentIn } from './moment.ts'

/** What a property holds where not every text is one. */
type Kind = 'boolean' | 'date' | 'number'

const kinds: Readonly<Record<Kind, { readonly called: string; readonly reads: (text: string) => boolean }>> = {
  boolean: { called: 'System.Boolean', reads: (text) => /^(?:true|false)$/i.test(text) },
  date: { called: 'System.DateTime', reads: (text) => !Number.isNaN(momentIn(text)) },
  number: { called: 'System.Int32', reads: (text) => text.trim() !== '' && !Number.isNaN(Number(text)) },
}

const kindOf = (value: Value): Kind | undefined => {
  if (value instanceof Date) return 'date'
  return typeof value === 'boolean' || typeof value === 'number' ? (typeof value as Kind) : undefined
}

/**
 * Refuses `bad-syntax` where a property is compared with what it can never hold: that would be true of nothing, and its
 * opposite of everything. `valueOf` finds a value of each property, of any object.
 */
export function checkOperands(
  filter: Filter,
  valueOf: (property: string) => Value,
  detail: Readonly<Record<string, string>>,
): void {
  for (const { property, operator, operand } of comparisonsIn(filter)) {
    const kind = kindOf(valueOf(property))
    if (kind === undefined || operand === null || operator === 'like' || operator === 'notlike') continue
    const { called, reads } = kinds[kind]
    if (!reads(operand))
      refuse('bad-syntax', `Cannot convert value "${operand.slice(0, 64)}" to type "${called}".`, detail)
  }
}
