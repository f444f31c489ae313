import { badRequest } from '../../errors.ts'
import type { PropertyId } from './property-id.ts'

/** The state of a new item that its extended properties set. They are not stored. */
export interface InitialState {
  readonly isRead?: boolean
  readonly isDraft?: boolean
  /** Milliseconds since the epoch. */
  readonly received?: number
}

/**
 * Reads PidTagMessageFlags and PidTagMessageDeliveryTime, which count only when an item is created, and only as JSON
 * (docs/reference/graph-mail.md §2.3). Bit 1 is read, bit 8 is a draft.
 */
export function initialState(values: readonly (readonly [id: PropertyId, value: string])[]): InitialState {
  const flags = values.find(([{ tag }]) => tag === 0x0e07)?.[1]
  const time = values.find(([{ tag }]) => tag === 0x0e06)?.[1]
  return {
    ...(flags === undefined ? {} : flagsOf(flags)),
    ...(time === undefined ? {} : { received: Date.parse(time) }),
  }
}

function flagsOf(value: string): Pick<InitialState, 'isRead' | 'isDraft'> {
  const flags = Number(value)
  if (!Number.isInteger(flags))
    return badRequest("Property 'Integer 0xe07' has the wrong type.", 'ErrorInvalidProperty')
  return { isRead: (flags & 1) !== 0, isDraft: (flags & 8) !== 0 }
}
