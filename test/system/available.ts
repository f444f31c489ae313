import { spawnSync } from 'node:child_process'

/** Whether a suite may leave out what the machine does not have; `.ci/run` forbids it. */
const required = process.env.ALL_CLIENTS === 'required'

/**
 * Whether a program is there. Where it is not, says loudly what is not run, or fails when everything has to be.
 */
export function available(what: string, command: string, words: readonly string[] = ['--version']): boolean {
  if (spawnSync(command, words, { stdio: 'ignore' }).status === 0) return true
  if (required) throw new Error(`${what} is required and not there: ${command}`)
  process.stderr.write(`\nNOT RUN: ${what}, because this machine has no ${command}\n`)
  return false
}
