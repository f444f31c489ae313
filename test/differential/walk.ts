import { Random } from '../../bench/corpus/random.ts'
import type { Step } from './script.ts'

const flags = ['\\Seen', '\\Flagged', '\\Deleted', '\\Answered', '\\Draft']
const sets = ['1', '2', '1:2', '2:4', '*', '1:*', '3,1', '*:3', '2:*']
const subjects = ['one', 'Re: one', 'two', 'Fwd: [x] two', 'three']

/**
 * A script that the seed makes up: two sessions in one mailbox, each of which is told of everything before the next
 * command. Only commands that servers have one answer to.
 */
export function walk(seed: number, length: number): Step[] {
  return new Walk(seed).steps(length)
}

class Walk {
  readonly #random: Random
  readonly #there = new Set(['INBOX'])
  /** Each folder has a name that none had before: Dovecot lists some that come back a while later. */
  #named = 0
  /** The selected folder of each session. */
  readonly #selected: (string | undefined)[] = [undefined, undefined]

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  steps(length: number): Step[] {
    const said = [1, 2, 3, 4].map(() => [0, this.#append('INBOX')] as const)
    const lines: (readonly [session: number, command: string])[] = [...said, [0, this.#select(0)], [1, this.#select(1)]]
    while (lines.length < length) {
      const session = this.#random.below(2)
      lines.push([session, this.#command(session)], [0, 'NOOP'], [1, 'NOOP'])
    }
    return lines.map(([session, text], index) => ({ line: index + 1, connection: session + 1, text }))
  }

  #command(session: number): string {
    const kind = this.#random.unit()
    if (this.#selected[session] === undefined || kind < 0.15) return this.#aboutFolders(session)
    if (kind < 0.5) return this.#change()
    return kind < 0.75 ? this.#look() : this.#search()
  }

  #aboutFolders(session: number): string {
    const kind = this.#random.below(8)
    if (kind === 7 || this.#there.size === 1) return `CREATE ${this.#newName()}`
    const name = this.#random.pick([...this.#there].slice(1))
    const open = this.#selected.includes(name)
    if (kind === 0 && !open) return this.#rename(name)
    if (kind === 1 && !open) {
      this.#there.delete(name)
      return `DELETE ${name}`
    }
    if (kind === 2) return `STATUS ${name} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN SIZE)`
    if (kind === 3) return 'LIST "" f*'
    if (kind === 4) {
      this.#selected[session] = undefined
      return this.#random.pick(['CLOSE', 'UNSELECT'])
    }
    return kind === 5 ? this.#append(this.#random.pick([...this.#there])) : this.#select(session)
  }

  #rename(name: string): string {
    this.#there.delete(name)
    return `RENAME ${name} ${this.#newName()}`
  }

  #newName(): string {
    this.#named += 1
    const name = `f${this.#named}`
    this.#there.add(name)
    return name
  }

  #select(session: number): string {
    const name = this.#random.chance(0.7) ? 'INBOX' : this.#random.pick([...this.#there])
    this.#selected[session] = name
    return `SELECT ${name}`
  }

  #append(folder: string): string {
    const { pick, below } = {
      pick: <T>(list: readonly T[]) => this.#random.pick(list),
      below: (n: number) => this.#random.below(n),
    }
    const text = `From: ${pick(['ada', 'bob'])}@x.test\\r\\nSubject: ${pick(subjects)}\\r\\nDate: ${1 + below(28)} Jul 2026 10:00:00 +0000\\r\\nMessage-ID: <${below(100_000)}@x.test>\\r\\n\\r\\ntext ${'x'.repeat(below(100))}\\r\\n`
    const day = String(1 + below(28)).padStart(2, '0')
    return `append ${folder} ${this.#flags()} "${day}-Jul-2026 00:00:00 +0000" "${text}"`
  }

  #change(): string {
    const [set, to, uid] = [this.#random.pick(sets), this.#random.pick([...this.#there]), this.#uid()]
    switch (this.#random.below(6)) {
      case 0:
        return `${uid}COPY ${set} ${to}`
      case 1:
        return `${uid}MOVE ${set} ${to}`
      case 2:
        return uid === '' ? 'EXPUNGE' : `UID EXPUNGE ${set}`
      case 3:
        return this.#append('INBOX')
      default:
        // Whether a flag that stays as it was is told is left open.
        return `${uid}STORE ${set} ${this.#random.pick(['', '+', '-'])}FLAGS.SILENT ${this.#flags()}`
    }
  }

  #look(): string {
    const items = ['(UID FLAGS RFC822.SIZE INTERNALDATE)', 'ENVELOPE', '(FLAGS BODY[TEXT])', 'BODYSTRUCTURE']
    return `${this.#uid()}FETCH ${this.#random.pick([...sets, '$'])} ${this.#random.pick(items)}`
  }

  #search(): string {
    const [uid, key] = [this.#uid(), this.#key(0)]
    switch (this.#random.below(4)) {
      case 0:
        return `${uid}SORT (${this.#random.pick(['DATE', 'REVERSE ARRIVAL', 'SUBJECT DATE', 'SIZE', 'FROM REVERSE SIZE'])}) UTF-8 ${key}`
      case 1:
        return `${uid}SEARCH RETURN (${this.#random.pick(['MIN', 'MAX', 'COUNT', 'ALL', 'MIN MAX', 'SAVE', 'SAVE COUNT', ''])}) ${key}`
      default:
        return `${uid}SEARCH ${key}`
    }
  }

  #key(depth: number): string {
    const day = `${1 + this.#random.below(28)}-Jul-2026`
    const nested = [`NOT ${this.#deeper(depth)}`, `OR ${this.#deeper(depth)} ${this.#deeper(depth)}`]
    const plain = ['SEEN', 'UNSEEN', 'DELETED', 'UNFLAGGED', this.#random.pick(sets), `UID ${this.#random.pick(sets)}`]
    const more = [
      `SUBJECT ${this.#random.pick(['one', 'TWO'])}`,
      `LARGER ${this.#random.below(300)}`,
      'BODY text',
      'FROM ada',
    ]
    return this.#random.pick([...nested, ...plain, ...more, `SINCE ${day}`, `SENTBEFORE ${day}`, `ON ${day}`])
  }

  #deeper(depth: number): string {
    return depth > 2 ? 'ALL' : `(${this.#key(depth + 1)})`
  }

  #flags(): string {
    return `(${flags.filter(() => this.#random.chance(0.3)).join(' ')})`
  }

  #uid(): string {
    return this.#random.chance(0.4) ? 'UID ' : ''
  }
}
