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
 * differs WHY                     the answers to the command above are not the same, and this is the reason
 * ```
 *
 * `$modseq` is the last HIGHESTMODSEQ or MODSEQ that the server told, `$uidvalidity` the last UIDVALIDITY.
 */
export interface Step {
  readonly line: number
  readonly connection: number
  readonly text: string
  /** Why the servers answer differently, if they do. */
  readonly differs?: string
}

export function readScript(text: string): Step[] {
  const steps: Step[] = []
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    const differs = /^differs (.+)/.exec(line)?.[1]
    if (line === '' || line.startsWith('#')) continue
    const last = steps.at(-1)
    if (differs !== undefined && last) steps[steps.length - 1] = { ...last, differs }
    else {
      const [, connection, command] = /^(?:(\d) )?(.*)$/.exec(line)!
      steps.push({ line: index + 1, connection: Number(connection ?? 1), text: command! })
    }
  }
  return steps
}
