import type { Filter, Literal, PropertyPath } from './filter.ts'

/**
 * Whether a record passes. Texts are compared, and properties found, without regard to letter case, as Graph's
 * directory does.
 */
export function matches(filter: Filter, record: object): boolean {
  if (filter.kind === 'and') return filter.all.every((part) => matches(part, record))
  const value = valueAt(record, filter.path)
  return filter.kind === 'eq' ? equal(value, filter.value) : startsWith(value, filter.prefix)
}

const equal = (value: unknown, wanted: Literal): boolean =>
  typeof value === 'string' && typeof wanted === 'string' ? fold(value) === fold(wanted) : (value ?? null) === wanted

const startsWith = (value: unknown, prefix: string): boolean =>
  typeof value === 'string' && fold(value).startsWith(fold(prefix))

const fold = (text: string): string => text.normalize('NFC').toLowerCase()

/** Undefined where the path leads nowhere. */
const valueAt = (record: object, path: PropertyPath): unknown =>
  path.reduce<unknown>(
    (value, name) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([own]) => fold(own) === fold(name))?.[1]
        : undefined,
    record,
  )
