import { isoSeconds } from '../../../core/time.ts'

/** The representation of an object in Graph: its type, and the source of each property. */
export interface Shape<T> {
  /** The name after `microsoft.graph.`. */
  readonly type: string
  readonly position: (thing: T) => CursorPosition
  readonly properties: Readonly<Record<string, (thing: T) => unknown>>
  /** The properties shown without `$select`; all when absent. */
  readonly byDefault?: readonly string[]
}

/** The position of an object in its collection: by creation, then by id. */
export interface CursorPosition {
  readonly created: number
  readonly id: string
}

/** Returns the selected properties of an object, or the default ones. */
export function shaped<T>(shape: Shape<T>, thing: T, selected?: readonly string[]): Record<string, unknown> {
  const names = selected ?? shape.byDefault ?? Object.keys(shape.properties)
  return Object.fromEntries(names.map((name) => [name, shape.properties[name]?.(thing) ?? null]))
}

/** Formats a time as Graph does: UTC, whole seconds. */
export const dateTime = (milliseconds: number): string => isoSeconds(milliseconds)
