import type { ImapSession, Named } from './imap-session.ts'
import { KEPT } from './folder-facts.ts'
import { holdsLetter, letterOf, letterText, numbersIn } from './letters.ts'

/** One thing that a session may do. */
export interface Step {
  readonly weight: number
  /** `changes`: in a folder that may lose messages; `kept`: in the one that may not. */
  readonly needs?: 'anything' | 'messages' | 'changes' | 'kept'
  run(session: ImapSession): Promise<void>
}

const FLAGS = ['\\Seen', '\\Flagged', '\\Deleted', '\\Answered', '\\Draft', 'work', 'Later']
const HARMLESS = ['\\Seen', '\\Flagged', '\\Answered', 'work']
const FEW = 20
const MANY = 200

export const steps: readonly Step[] = [
  { weight: 4, run: async (it) => void (await it.run('NOOP', true)) },
  { weight: 8, run: append },
  { weight: 4, run: (it) => it.idle() },
  { weight: 2, run: async (it) => void (await it.run('UID SEARCH UNDELETED', true, false)) },
  { weight: 1, run: async (it) => void (await it.run('CHECK', true)) },
  { weight: 2, run: status },
  { weight: 1, run: leave },
  { weight: 1, run: ownFolder },
  { weight: 2, run: keepUp },
  { weight: 4, needs: 'messages', run: fetchFlags },
  { weight: 4, needs: 'messages', run: fetchTexts },
  { weight: 3, needs: 'messages', run: search },
  { weight: 2, needs: 'messages', run: searchSaved },
  { weight: 1, needs: 'messages', run: sortAndThread },
  { weight: 4, needs: 'messages', run: copy },
  { weight: 4, needs: 'changes', run: expunge },
  { weight: 2, needs: 'changes', run: uidExpunge },
  { weight: 3, needs: 'changes', run: thinOut },
  { weight: 4, needs: 'changes', run: move },
  { weight: 2, needs: 'changes', run: replace },
  { weight: 8, needs: 'changes', run: storeFlags },
  { weight: 4, needs: 'changes', run: storeSilently },
  { weight: 3, needs: 'changes', run: storeUnchanged },
  { weight: 24, needs: 'kept', run: mark },
]

const takesNumbers = ({ kind }: ImapSession): boolean => kind === 'plain' || kind === 'qresync'
const prefix = (it: ImapSession): 'UID ' | '' => (takesNumbers(it) && it.chance.below(2) === 0 ? '' : 'UID ')

async function append(it: ImapSession): Promise<void> {
  const folder = it.otherFolder()
  const count = it.chance.below(8) === 0 ? 3 : 1
  const letters = Array.from({ length: count }, () => (it.facts.letters += 1))
  const words = letters.map(
    (nth) => `(${it.chance.of(folder === KEPT ? HARMLESS : FLAGS)}) ${literal(letterText(nth))}`,
  )
  const { tagged } = await it.run(`APPEND ${folder} ${words.join(' ')}`, true)
  const uids = /\[APPENDUID \d+ (\S+)\]/.exec(tagged)?.[1]
  if (uids === undefined) throw new Error(`APPEND: ${tagged}`)
  for (const [nth, uid] of numbersIn(uids).entries()) it.facts.acknowledged(folder, uid, letters[nth])
}

const literal = (text: string): string => `{${text.length}+}\r\n${text}`

async function status(it: ImapSession): Promise<void> {
  await it.run(`STATUS ${it.otherFolder()} (MESSAGES UIDNEXT UNSEEN DELETED SIZE HIGHESTMODSEQ)`, true)
}

/** RFC 5267 §4.3: of the results the session is told from here on. */
async function keepUp(it: ImapSession): Promise<void> {
  if (it.live.all.length >= 3) return
  const search = it.chance.of(['SEEN', 'NOT FLAGGED', 'OR KEYWORD work DELETED', 'UID 5:*'])
  it.live.expect(search)
  await it.run(`UID SEARCH RETURN (UPDATE ALL) ${search}`, true)
}

/** Without a word about what is removed. */
async function leave(it: ImapSession): Promise<void> {
  const closes = it.writable && !it.kept && !it.facts.byName && it.chance.below(2) === 0
  if (closes) {
    it.suspect = { folder: it.folder! }
    it.facts.gone(it.folder!, [], Infinity)
  }
  await it.run(closes ? 'CLOSE' : 'UNSELECT', true)
  it.leave()
}

/** A folder that no other session knows: made, filled, renamed and removed. */
async function ownFolder(it: ImapSession): Promise<void> {
  const [first, second] = [`x/${it.keyword}`, `y/${it.keyword}`]
  const { tagged } = await it.run(`CREATE ${first}`, true)
  if (!tagged.startsWith('OK')) {
    // Left behind by a command that was cut off.
    await it.run(`DELETE ${first}`, true)
    return
  }
  const nth = (it.facts.letters += 1)
  await it.run(`APPEND ${first} ${literal(letterText(nth))}`, true)
  await it.run(`RENAME ${first} ${second}`, true)
  const { untagged } = await it.run(`STATUS ${second} (MESSAGES)`, true)
  const told = untagged.find((line) => line.startsWith('STATUS') && line.includes(second))
  if (!told?.includes('(MESSAGES 1)')) throw new Error(`${second}: ${told}`)
  const deleted = await it.run(`DELETE ${second}`, true)
  if (!deleted.tagged.startsWith('OK')) throw new Error(`DELETE: ${deleted.tagged}`)
}

async function fetchFlags(it: ImapSession): Promise<void> {
  const { set, uid } = it.some()
  await it.run(`${uid}FETCH ${set} (UID FLAGS)`, uid !== '')
}

/** Whole messages, each compared with the letter that it is, and with what the same UID said before. */
async function fetchTexts(it: ImapSession): Promise<void> {
  const { set, uid } = it.some()
  const { untagged } = await it.run(`${uid}FETCH ${set} (UID BODY.PEEK[])`, uid !== '')
  for (const response of untagged) {
    const found = /^(\d+) (?:UID)?FETCH \(.*?BODY\[\] \{(\d+)\}\r\n/.exec(response)
    if (!found) continue
    const text = response.slice(found[0].length, found[0].length + Number(found[2]))
    const rest = response.slice(0, found[0].length) + response.slice(found[0].length + Number(found[2]))
    const nth = letterOf(/^Subject: ([^\r]*)/m.exec(text)?.[1] ?? '')
    if (nth === undefined || !holdsLetter(text, nth)) throw new Error(`'${text.slice(0, 200)}' was never written`)
    it.facts.meet(it.folder!, Number(/UID (\d+)/.exec(rest)?.[1] ?? found[1]), nth)
  }
}

async function search(it: ImapSession): Promise<void> {
  const { set, uid } = it.some()
  const criteria = it.chance.of(['SEEN', 'FLAGGED', 'KEYWORD work', 'SUBJECT letter', 'BODY something', 'LARGER 100'])
  const within = uid === '' ? set : `UID ${set}`
  if (it.chance.below(2) === 0 && takesNumbers(it)) {
    await it.run(`SEARCH ${within} ${criteria}`, false)
    return
  }
  const { untagged } = await it.run(`UID SEARCH RETURN (MIN MAX COUNT ALL) ${criteria}`, true)
  const told = untagged.find((line) => /^ESEARCH .* COUNT /.test(line))
  if (told === undefined) throw new Error('There is no ESEARCH')
  const value = (name: string) => new RegExp(` ${name} (\\S+)`).exec(told)?.[1]
  const all = value('ALL') === undefined ? [] : numbersIn(value('ALL')!)
  const [first, last] = all.length === 0 ? [NaN, NaN] : [all[0], all.at(-1)]
  const fits =
    Number(value('COUNT')) === all.length &&
    Object.is(Number(value('MIN')), first) &&
    Object.is(Number(value('MAX')), last)
  if (!fits) throw new Error(told)
}

/** RFC 5182: what was found is named by `$`. */
async function searchSaved(it: ImapSession): Promise<void> {
  const uid = prefix(it)
  await it.run(`${uid}SEARCH RETURN (SAVE) ${it.chance.of(['FLAGGED', 'UNSEEN', 'KEYWORD Later'])}`, uid !== '')
  await it.run(`${uid}FETCH $ (UID FLAGS)`, uid !== '')
}

async function sortAndThread(it: ImapSession): Promise<void> {
  await it.run(`UID SORT (${it.chance.of(['SUBJECT', 'ARRIVAL', 'REVERSE SIZE'])}) UTF-8 ALL`, true)
  await it.run(`UID THREAD ${it.chance.of(['REFERENCES', 'ORDEREDSUBJECT'])} UTF-8 ALL`, true)
}

async function copy(it: ImapSession): Promise<void> {
  if (it.view.messages.length >= MANY) return
  const { set, uid } = it.some()
  const folder = it.otherFolder()
  const { tagged } = await it.run(`${uid}COPY ${set} ${folder}`, true)
  arrived(it, folder, tagged)
}

/** RFC 4315 §3: what went where; each is still the letter that it was. */
function arrived(it: ImapSession, folder: string, told: string): readonly number[] {
  const [, from, to] = /\[COPYUID \d+ (\S+) (\S+)\]/.exec(told) ?? []
  if (from === undefined) return []
  const [sources, targets] = [numbersIn(from), numbersIn(to!)]
  if (sources.length !== targets.length) throw new Error(told)
  for (const [nth, uid] of targets.entries()) {
    it.facts.acknowledged(folder, uid, it.facts.letterAt(it.folder!, sources[nth]!))
  }
  return sources
}

async function expunge(it: ImapSession): Promise<void> {
  if (it.facts.byName) return uidExpunge(it)
  it.suspect = { folder: it.folder! }
  it.facts.gone(it.folder!, [], Infinity)
  await it.run('EXPUNGE', true)
}

async function uidExpunge(it: ImapSession): Promise<void> {
  const uids = it.view.uids
  if (uids.length === 0) return
  const from = it.chance.below(uids.length)
  const chosen = uids.slice(from, from + 6)
  it.suspect = { folder: it.folder!, uids: chosen }
  await it.run(`UID EXPUNGE ${chosen.join(',')}`, true)
}

async function thinOut(it: ImapSession): Promise<void> {
  const uids = it.view.uids.slice(0, FEW * 3)
  if (it.view.messages.length <= MANY || uids.length === 0) return
  it.suspect = { folder: it.folder!, uids }
  await it.run(`UID STORE ${uids.join(',')} +FLAGS (\\Deleted)`, true)
  await it.run(`UID EXPUNGE ${uids.join(',')}`, true)
}

async function move(it: ImapSession): Promise<void> {
  if (it.view.messages.length <= FEW) return
  const { set, uid, uids, count } = it.some()
  it.suspect = suspected(it, uids, count)
  const folder = it.otherFolder()
  const { untagged, tagged } = await it.run(`${uid}MOVE ${set} ${folder}`, true)
  const told = [tagged, ...untagged].find((line) => line.includes('[COPYUID')) ?? ''
  it.facts.gone(it.folder!, arrived(it, folder, told))
}

const suspected = (it: ImapSession, uids: Named['uids'], count: number) =>
  uids.length === count ? { folder: it.folder!, uids } : { folder: it.folder! }

/** RFC 8508. */
async function replace(it: ImapSession): Promise<void> {
  const { uids } = it.view
  if (uids.length === 0) return
  const uid = it.chance.of(uids)
  const number = it.view.messages.findIndex((message) => message.uid === uid) + 1
  it.suspect = { folder: it.folder!, uids: [uid] }
  const [folder, nth] = [it.otherFolder(), (it.facts.letters += 1)]
  const named = takesNumbers(it) ? `REPLACE ${number}` : `UID REPLACE ${uid}`
  const { untagged, tagged } = await it.run(`${named} ${folder} ${literal(letterText(nth))}`, true)
  const told = [tagged, ...untagged].find((line) => line.includes('[APPENDUID'))
  const made = /\[APPENDUID \d+ (\d+)\]/.exec(told ?? '')?.[1]
  if (made !== undefined) it.facts.acknowledged(folder, Number(made), nth)
  else if (tagged.startsWith('OK')) throw new Error(`REPLACE: ${tagged}`)
  if (tagged.startsWith('OK')) it.facts.gone(it.folder!, [uid])
}

async function storeFlags(it: ImapSession): Promise<void> {
  const { set, uid } = it.some()
  const flags = `(${it.chance.of(FLAGS)} ${it.chance.of(FLAGS)})`
  await it.run(`${uid}STORE ${set} ${it.chance.of(['FLAGS', '+FLAGS', '-FLAGS'])} ${flags}`, uid !== '')
}

async function storeSilently(it: ImapSession): Promise<void> {
  const { set, uid, uids, count } = it.some()
  // Of the others it is not known what they are told; nor, where it is told at any time, whether that was before or
  // after.
  if (uids.length !== count || it.kind === 'notify') return
  const flags = [it.chance.of(FLAGS), it.chance.of(FLAGS)]
  it.view.added(uids, flags)
  try {
    await it.run(`${uid}STORE ${set} +FLAGS.SILENT (${flags.join(' ')})`, uid !== '')
  } catch (thrown) {
    // It was cut off, and may have been done or not.
    it.view.forgetFlags(uids)
    throw thrown
  }
}

/** RFC 7162 §3.1.3. */
async function storeUnchanged(it: ImapSession): Promise<void> {
  if (it.kind !== 'qresync' || it.view.highestModSeq === 0) return
  const { set, uid } = it.some()
  const since = it.view.highestModSeq
  await it.run(`${uid}STORE ${set} (UNCHANGEDSINCE ${since}) +FLAGS (${it.chance.of(FLAGS)})`, uid !== '')
}

async function mark(it: ImapSession): Promise<void> {
  const { uids } = it.view
  if (uids.length === 0) return
  const from = it.chance.below(uids.length)
  const chosen = uids.slice(from, from + 1 + it.chance.below(3))
  const set = it.chance.below(2) === 0
  it.facts.marking(it.keyword, chosen, set)
  const { tagged } = await it.run(`UID STORE ${chosen.join(',')} ${set ? '+' : '-'}FLAGS (${it.keyword})`, true)
  if (!tagged.startsWith('OK')) throw new Error(`${it.keyword}: ${tagged}`)
  it.facts.marked(it.keyword, chosen, set)
}
