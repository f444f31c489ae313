import { rm } from 'node:fs/promises'
import path from 'node:path'
import { makePrivateDirectory, replacePrivateFile } from '../core/private-files.ts'
import { refuse } from '../core/refusal.ts'
import type { ServerReady } from './server.ts'

/** The files with the ready object: they say that a server runs, and how to reach it. */
export class ReadyFiles {
  readonly #files: readonly string[]

  constructor(files: readonly string[]) {
    this.#files = files
  }

  /** Writes the ready object by rename, so no reader sees part of it. Refuses `not-allowed` if a file cannot be written. */
  async write(ready: ServerReady): Promise<void> {
    const content = `${JSON.stringify(ready, undefined, 1)}\n`
    for (const file of this.#files) {
      await replace(file, content).catch((thrown: Error) =>
        refuse('not-allowed', `The ready file '${file}' cannot be written: ${thrown.message}`),
      )
    }
  }

  async remove(): Promise<void> {
    for (const file of this.#files) {
      await rm(file, { force: true }).catch((thrown: Error) =>
        refuse('not-allowed', `The ready file '${file}' cannot be removed: ${thrown.message}`),
      )
    }
  }
}

async function replace(file: string, content: string): Promise<void> {
  await makePrivateDirectory(path.dirname(file))
  await replacePrivateFile(file, content)
}
