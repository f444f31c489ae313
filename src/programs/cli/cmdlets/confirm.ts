import { createInterface } from 'node:readline'
import { failed } from '../failure.ts'
import type { Invocation } from '../invocation.ts'

/** Whether there is a terminal to ask at. */
export const canAsk = ({ json, streams }: Invocation): boolean =>
  !json && streams.stdin.isTTY === true && streams.stderr.isTTY === true

/** Asks on standard error; anything but yes is no. Fails, with nothing done, when Ctrl-C or Ctrl-D is the answer. */
export async function asked({ streams }: Invocation, question: string): Promise<boolean> {
  const lines = createInterface({ input: streams.stdin, output: streams.stderr })
  const answer = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve).once('close', () => resolve(undefined))
    lines.setPrompt(`${question} [y/N] `)
    lines.prompt()
  })
  lines.close()
  if (answer !== undefined) return /^y(es)?$/i.test(answer.trim())
  // What is said next begins a line of its own.
  streams.stderr.write('\n')
  return failed('Cancelled', 'Nothing was done.')
}
