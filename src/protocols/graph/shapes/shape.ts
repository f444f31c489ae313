import { isoSeconds } from '../../../core/date-format.ts'

/** How a thing of ours looks in Graph: its type, and where each property comes from. */
export interface Shape<T> {
  /** `microsoft.graph.` and this. */
  readonly type: string
  readonly place: (thing: T) => CursorPosition
  readonly properties: Readonly<Record<string, (thing: T) => unknown>>
  /** What is shown when nothing is selected; everything when absent. */
  readonly byDefault?: readonly string[]
}

/** Where a thing stands in its collection: by its creation, and by its id among those made at once. */
export interface CursorPosition {
  readonly created: number
  readonly id: string
}

/** The named properties of a thing, or those that are shown by default. */
export function shaped<T>(shape: Shape<T>, thing: T, selected?: readonly string[]): Record<string, unknown> {
  const names = selected ?? shape.byDefault ?? Object.keys(shape.properties)
  return Object.fromEntries(names.map((name) => [name, shape.properties[name]?.(thing) ?? null]))
}

/** Graph's spelling of a time: UTC, whole seconds. */
export const dateTime = (milliseconds: number): string => isoSeconds(milliseconds)
