import type { Log } from '../../core/log.ts'

/** Adds the id of the request to its log lines. Most requests log nothing. */
export class RequestLog implements Log {
  readonly #log: Log
  readonly #id: string
  #own: Log | undefined

  constructor(log: Log, id: string) {
    this.#log = log
    this.#id = id
  }

  debug(fields: object, text: string): void {
    this.#named().debug(fields, text)
  }

  info(fields: object, text: string): void {
    this.#named().info(fields, text)
  }

  warn(fields: object, text: string): void {
    this.#named().warn(fields, text)
  }

  error(fields: object, text: string): void {
    this.#named().error(fields, text)
  }

  child(fields: object): Log {
    return this.#named().child(fields)
  }

  #named(): Log {
    return (this.#own ??= this.#log.child({ request: this.#id }))
  }
}
