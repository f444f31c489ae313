import { describe, expect, it } from 'vitest'
import { columns, properties, shownDate } from './table.ts'
import { styleFor, wrapped } from './terminal.ts'

describe('a table on a terminal', () => {
  const objects = [
    { name: 'Ada', id: '842f2d65-1ea6-4d30-8f22-3181f985c40e', reason: 'The certificate has expired and is refused' },
    { name: 'Bob', id: '842f2d65-1ea6-4d30-8f22-3181f985c40f', reason: '' },
  ]
  const names = ['name', 'id', 'reason']

  it('wraps text to the width, and cuts nothing', () => {
    const lines = columns(names, objects, 70).split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70)
    expect(lines.join(' ')).toContain('expired')
    expect(lines.join(' ')).toContain(objects[0]!.id)
    expect(lines[2]).toBe('Ada   842f2d65-1ea6-4d30-8f22-3181f985c40e  The certificate has')
  })

  it('is a list of properties where columns do not fit', () => {
    expect(columns(names, objects, 45).split('\n')[0]).toBe('Name    : Ada')
    expect(columns(names, objects, 45)).toContain(`Id      : ${objects[0]!.id}`)
    // Bob has no reason.
    expect(columns(names, objects, 45)).toMatch(/\n\nName {2}: Bob\nId {4}: \S+f$/)
  })

  it('is as wide as it needs elsewhere', () => {
    expect(columns(names, objects).split('\n')).toHaveLength(4)
    expect(properties(names, objects[0]!).split('\n')).toHaveLength(3)
  })

  it('takes the first path that has a value, also in lists and in JSON', () => {
    const audit = { AuditData: '{"ObjectId":"C","More":[{"Name":"Check","Value":"role"}]}', targets: [{ id: 'x' }] }
    const names = ['Target=AuditData/None|AuditData/ObjectId', 'Reason=AuditData/More/Check', 'First=targets/0/id']
    expect(columns(names, [audit]).split('\n')[2]).toBe('C       role    x')
  })
})

it.each([
  ['2026-12-03T05:11:30.8270000+00:00', '2026-12-03T05:11:30Z'],
  ['2026-12-03T07:11:30+02:00', '2026-12-03T05:11:30Z'],
  ['2026-12-03T05:11:30', '2026-12-03T05:11:30Z'],
  ['2026-99-03T05:11:30Z', '2026-99-03T05:11:30Z'],
  ['since 2026-12-03T05:11:30Z', 'since 2026-12-03T05:11:30Z'],
])('the date %s is printed as %s', (date, shown) => {
  expect(shownDate(date)).toBe(shown)
})

describe('colour', () => {
  it('is for terminals only, and not if NO_COLOR is set', () => {
    const terminal = { isTTY: true }
    expect(styleFor(terminal, {})('red', 'x')).toBe('\x1b[31mx\x1b[39m')
    expect(styleFor(terminal, { NO_COLOR: '1' })('red', 'x')).toBe('x')
    expect(styleFor(terminal, { TERM: 'dumb' })('red', 'x')).toBe('x')
    expect(styleFor({}, {})('red', 'x')).toBe('x')
  })
})

it('text is wrapped between words, and further lines are indented', () => {
  expect(wrapped('one two three', 7, 2)).toBe('one\n  two\n  three')
})
