/**
 * A script: commands for one mailbox, which both servers are given.
 *
 * ```
 * # why
 * SELECT INBOX                    a command, on the first connection; `\r\n`, `\\` and `\x00` are escapes
 * 2 NOOP                          on the second one
 * append INBOX (\Seen) "17-Jul-2026 02:44:25 +0200" "Subject: x\r\n\r\nText\r\n"
 * append INBOX lunch.eml          a file in samples/ or test/corpus/mime/
 * append INBOX samples/*          all of them, in the order of their names (or corpus/*)
 * append INBOX generated/30       so many that are made up, in many scripts and charsets
 * differs WHY                     the answers to the command above are not the same, and this is the reason
 *   ours * 1 FETCH …              each line that only Postern says; `…` stands for anything
 *   theirs OK                     each line that only Dovecot says
 * ```
 *
 * `$modseq` is the last HIGHESTMODSEQ or MODSEQ that the server told, `$uidvalidity` the last UIDVALIDITY.
 */
export interface Step {
  readonly line: number
  readonly connection: number
  readonly text: string
  readonly differs?: Difference
}

/** How the servers answer differently, if they do. */
export interface Difference {
  readonly why: string
  /** The lines that only one of the servers sends. */
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
}

export function readScript(text: string): Step[] {
  const steps: Step[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '' || line.startsWith('#')) continue
    const [, word, rest] = /^(differs|ours|theirs) (.+)/.exec(line) ?? []
    const last = steps.at(-1)
    if (word !== undefined && last) steps[steps.length - 1] = { ...last, differs: told(last.differs, word, rest!) }
    else {
      const [, connection, command] = /^(?:(\d) )?(.*)$/.exec(line)!
      steps.push({ line: index + 1, connection: Number(connection ?? 1), text: command! })
    }
  }
  return steps
}

function told(difference: Difference | undefined, word: string, rest: string): Difference {
  if (word === 'differs') return { why: rest, ours: [], theirs: [] }
  if (!difference) throw new Error(`'${word} ${rest}' comes before 'differs'`)
  const side = word === 'ours' ? 'ours' : 'theirs'
  return { ...difference, [side]: [...difference[side], rest] }
}

/** Whether a line is what stands in a script: `…` stands for anything. */
export function isTold(line: string, told: string): boolean {
  const [first, ...others] = told.split('…') as [string, ...string[]]
  const last = others.pop()
  if (last === undefined) return line === first
  if (!line.startsWith(first)) return false
  let at = first.length
  for (const piece of others) {
    const found = line.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return line.length - last.length >= at && line.endsWith(last)
}
