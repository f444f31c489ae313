import { describe, expect, it } from 'vitest'
import { View } from './view.ts'

const answer = (...untagged: string[]) => ({ untagged, tagged: 'OK done' })

/** A view of so many messages, UIDs from 11 on, no flags. */
function viewOf(count: number): View {
  const view = new View()
  const told = Array.from({ length: count }, (_, nth) => `${nth + 1} FETCH (UID ${nth + 11} FLAGS ())`)
  view.take(answer(`${count} EXISTS`, 'OK [UIDVALIDITY 7] x', 'OK [HIGHESTMODSEQ 40] x', ...told), true)
  return view
}

describe('a view', () => {
  it('is what it was told', () => {
    const view = viewOf(3)
    view.take(answer('2 EXPUNGE', '4 EXISTS', '1 FETCH (FLAGS (\\Seen \\Recent))', '4 FETCH (UID 20)'), true)
    expect(view.messages).toEqual([
      { uid: 11, flags: '\\seen' },
      { uid: 13, flags: '' },
      { uid: undefined, flags: undefined },
      { uid: 20, flags: undefined },
    ])
    expect(view.takeGone()).toEqual({ uids: [12], unknown: 0 })
    expect(view.takeGone()).toEqual({ uids: [], unknown: 0 })
    expect(view.unknown).toBe(3)
  })

  it.each([
    ['a message that is not there', '4 FETCH (FLAGS ())'],
    ['a removal of what is not there', '4 EXPUNGE'],
    ['fewer messages', '2 EXISTS'],
    ['another UID for the same message', '1 FETCH (UID 12)'],
    ['what vanished and never was', 'VANISHED 99'],
    ['a search that finds what is not there', 'SEARCH 1 4'],
    ['a mod-sequence that goes back', 'OK [HIGHESTMODSEQ 39] x'],
  ])('does not believe in %s', (_, response) => {
    expect(() => viewOf(3).take(answer(response), true)).toThrow()
  })

  it('does not believe in UIDs out of order', () => {
    const view = viewOf(3)
    view.take(answer('4 EXISTS'), true)
    expect(() => view.take(answer('4 FETCH (UID 12)'), true)).toThrow('neighbours')
  })

  it.each(['1 EXPUNGE', 'VANISHED 11'])('takes no %s where numbers must not change', (response) => {
    expect(() => viewOf(3).take(answer(response), false)).toThrow('forbidden')
  })

  it('forgets one that it cannot name where it was told so', () => {
    const view = viewOf(3)
    view.take(answer('6 EXISTS', '6 FETCH (UID 30)', '4 FETCH (FLAGS (\\Seen))', 'VANISHED 11,20'), true)
    expect(view.messages.map(({ uid }) => uid)).toEqual([12, 13, undefined, 30])
    expect(view.messages[2]!.flags).toBeUndefined()
    expect(view.takeGone()).toEqual({ uids: [11, 20], unknown: 0 })
  })

  it('has no numbers in an empty folder', () => {
    const view = new View(false)
    view.take(answer('3 EXISTS', '30 UIDFETCH (UID 30 FLAGS (work))', '20 UIDFETCH (FLAGS ())', 'VANISHED 25'), true)
    expect(view.messages).toEqual([
      { uid: 20, flags: '' },
      { uid: 30, flags: 'work' },
    ])
    expect(() => view.take(answer('40 UIDFETCH (FLAGS ())'), true)).toThrow('all 2 are known')
  })

  it('is resumed by what changed, and is whole', () => {
    const view = viewOf(3)
    const told = ['3 EXISTS', 'OK [UIDVALIDITY 7] x', 'OK [HIGHESTMODSEQ 60] x', 'VANISHED (EARLIER) 5,12']
    view.resume(answer(...told, '1 FETCH (UID 11 FLAGS (\\Seen) MODSEQ (50))', '3 FETCH (UID 21 FLAGS () MODSEQ (60))'))
    expect(view.messages).toEqual([
      { uid: 11, flags: '\\seen' },
      { uid: 13, flags: '' },
      { uid: 21, flags: '' },
    ])
    expect(view.takeGone().uids).toEqual([12])
    expect(view.highestModSeq).toBe(60)
  })

  it('is not resumed when something was left out', () => {
    expect(() => viewOf(3).resume(answer('4 EXISTS', 'OK [UIDVALIDITY 7] x'))).toThrow('4 EXISTS')
  })
})
