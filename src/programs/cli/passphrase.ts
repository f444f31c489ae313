import { readFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { isLoose } from '../../core/private-files.ts'
import { wrongUsage } from './failure.ts'
import type { Invocation } from './invocation.ts'
import { warningsOf } from './output/warning.ts'

/** Minimum length in characters: scrypt makes guesses expensive, but a short passphrase is still guessed. */
const SHORTEST = 12

export const passphraseOption = {
  'passphrase-file': { type: 'string' },
} as const

/** The passphrase in a file, without the line end; undefined if no file is named. */
export async function passphraseIn(invocation: Invocation, named: string | undefined): Promise<string | undefined> {
  if (named === undefined) return undefined
  const file = path.resolve(invocation.folder, named)
  const content = await readFile(file, 'utf8').catch((thrown: Error) =>
    wrongUsage(`--passphrase-file: ${thrown.message}`),
  )
  const { mode } = await stat(file)
  if (isLoose(mode)) warningsOf(invocation)(`Other users have permissions on the passphrase file ${file}.`)
  const passphrase = content.replace(/\r?\n$/, '')
  if (passphrase.length >= SHORTEST) return passphrase
  return wrongUsage(`--passphrase-file: the passphrase in ${file} has fewer than ${SHORTEST} characters.`)
}
