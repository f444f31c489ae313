import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'

interface Kept {
  readonly file: string
  /** Letters, as they stand in the file's name. */
  readonly flags: string
}

/** A folder of a Maildir, as somebody else's program keeps it. */
export class Maildir {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Its messages by their Message-ID. */
  messages(): ReadonlyMap<string, Kept> {
    const files = ['cur', 'new'].flatMap((part) =>
      readdirSync(path.join(this.#folder, part)).map((name) => path.join(this.#folder, part, name)),
    )
    return new Map(
      files.map((file) => [
        /^Message-ID: <(.*)>/im.exec(readFileSync(file, 'latin1'))?.[1] ?? '',
        { file, flags: /:2,([A-Z]*)$/.exec(file)?.[1] ?? '' },
      ]),
    )
  }

  /** The message's flags become these. */
  mark(messageId: string, flags: string): void {
    const file = this.#file(messageId)
    renameSync(file, path.join(this.#folder, 'cur', `${path.basename(file).replace(/:2,[A-Z]*$/, '')}:2,${flags}`))
  }

  remove(messageId: string): void {
    rmSync(this.#file(messageId))
  }

  add(messageId: string, flags: string, received: Date): void {
    for (const part of ['cur', 'new', 'tmp']) mkdirSync(path.join(this.#folder, part), { recursive: true })
    const file = path.join(this.#folder, 'cur', `${received.getTime()}.near:2,${flags}`)
    writeFileSync(file, `From: near@example.com\nMessage-ID: <${messageId}>\nSubject: From near\n\nHello\n`)
    utimesSync(file, received, received)
  }

  #file(messageId: string): string {
    const kept = this.messages().get(messageId)
    if (!kept) throw new Error(`${messageId} is not in ${this.#folder}`)
    return kept.file
  }
}
