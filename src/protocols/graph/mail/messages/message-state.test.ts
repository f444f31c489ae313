import { describe, expect, it } from 'vitest'
import { readMessageInput } from './message-input.ts'
import { statePatch, storedState } from './message-state.ts'

const now = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
const due = { dateTime: '2026-01-05T00:00:00.0000000', timeZone: 'UTC' }
const patch = (message: object, before?: object) => statePatch(readMessageInput(message), before, now)

/** The state after a patch of an item without properties. */
const after = (message: object) =>
  storedState(
    (patch(message).properties ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [{ name, value }])),
  )

const tags = (entries: Readonly<Record<string, string>>) => ({
  singleValueExtendedProperties: Object.entries(entries).map(([id, value]) => ({ id, value })),
})

describe('the state that a request sets', () => {
  it('is the read state, the flag, the importance and the categories', () => {
    expect(patch({ isRead: true, importance: 'low', categories: ['A'], flag: { flagStatus: 'flagged' } })).toEqual({
      isRead: true,
      importance: 'low',
      categories: ['A'],
      flagStatus: 'flagged',
    })
    expect(patch({ subject: 'x' })).toEqual({})
  })

  it('has the dates of the flag, which go with the flag', () => {
    expect(after({ flag: { flagStatus: 'flagged', dueDateTime: due, startDateTime: due } }).flag).toEqual({
      dueDateTime: due,
      startDateTime: due,
    })
    expect(after({ flag: { flagStatus: 'complete' } }).flag).toEqual({
      completedDateTime: { dateTime: '2026-01-02T03:04:05.6780000', timeZone: 'UTC' },
    })
    expect(patch({ flag: { dueDateTime: null } }, { dueDateTime: due }).properties).toEqual([
      { name: 'flag', value: undefined },
    ])
    expect(patch({ flag: { flagStatus: 'notFlagged' } }, { dueDateTime: due }).properties).toEqual([
      { name: 'flag', value: undefined },
    ])
    expect(patch({ flag: { flagStatus: 'notFlagged' } })).toEqual({ flagStatus: 'notFlagged' })
  })

  it('has extended properties, also with several values, and removes those that are null', () => {
    const state = after({
      inferenceClassification: 'other',
      singleValueExtendedProperties: [{ id: 'LONG 0x8001', value: '7' }],
      multiValueExtendedProperties: [{ id: 'StringArray 0x9001', value: ['a', 'b'] }],
    })
    expect(state.inferenceClassification).toBe('other')
    expect([...state.singleValues]).toEqual([['Integer 0x8001', '7']])
    expect([...state.multiValues]).toEqual([['StringArray 0x9001', ['a', 'b']]])
    expect(
      patch({
        singleValueExtendedProperties: [{ id: 'Integer 0x8001', value: null }],
        multiValueExtendedProperties: [{ id: 'StringArray 0x9001', value: [] }],
      }).properties?.map(({ value }) => value),
    ).toEqual([undefined, undefined])
  })

  it('comes from the tags that programs set instead, which are not stored', () => {
    expect(
      patch(
        tags({
          'Integer 0x1090': '2',
          'Integer 0x1081': '104',
          'Integer 0x1080': '262',
          'Integer {00062008-0000-0000-C000-000000000046} Id 0x8570': '1',
          'Integer 0x0E08': '5',
        }),
      ),
    ).toEqual({ flagStatus: 'flagged', lastVerb: 'forward', isDeleted: true })
  })
})
