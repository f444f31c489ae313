import { createInterface } from 'node:readline/promises'
import type { Invocation } from './invocation.ts'

/** Whether somebody sits there who can be asked. */
export const canAsk = ({ json, streams }: Invocation): boolean =>
  !json && streams.stdin.isTTY === true && streams.stderr.isTTY === true

/** Asks on standard error; anything but yes is no. */
export async function asked({ streams }: Invocation, question: string): Promise<boolean> {
  const lines = createInterface({ input: streams.stdin, output: streams.stderr })
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim())
  } finally {
    lines.close()
  }
}
