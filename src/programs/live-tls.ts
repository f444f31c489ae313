import { X509Certificate } from 'node:crypto'
import type { SecureContext, Server } from 'node:tls'
import type { Job } from '../core/jobs.ts'
import type { Log } from '../core/log.ts'
import type { World } from '../core/world.ts'
import type { ServerTls } from './certificates.ts'

/**
 * The certificate that listeners present. It reads the files again while the server runs, so renewal needs no restart.
 */
export class LiveTls {
  readonly #load: () => Promise<ServerTls>
  readonly #world: World
  readonly #log: Log
  readonly #listeners = new Set<Server>()
  #current: ServerTls
  /** The fault of the last check, so that it is logged once. */
  #fault = ''

  private constructor(load: () => Promise<ServerTls>, first: ServerTls, { world, log }: { world: World; log: Log }) {
    this.#load = load
    this.#current = first
    this.#world = world
    this.#log = log
  }

  static async open(load: () => Promise<ServerTls>, deps: { world: World; log: Log }): Promise<LiveTls> {
    return new LiveTls(load, await load(), deps)
  }

  /** For a connection that starts TLS now. */
  get context(): SecureContext {
    return this.#current.context
  }

  get caFile(): string {
    return this.#current.caFile
  }

  /** For a listener that is created now; {@link keep} updates it later. */
  get options() {
    const { key, certificate } = this.#current
    return { key, cert: certificate, minVersion: 'TLSv1.2' as const }
  }

  /** The listener presents the current certificate from now on. Open connections keep theirs. */
  keep(listener: Server): void {
    this.#listeners.add(listener)
  }

  /** Checks the files after each period, in milliseconds. */
  job(every: number): Job {
    return {
      first: every,
      run: async () => {
        await this.look()
        return every
      },
    }
  }

  /** Uses the certificate in the files if it changed and is valid; otherwise keeps the current one. */
  async look(): Promise<void> {
    try {
      const found = await this.#load()
      if (found.certificate !== this.#current.certificate || found.key !== this.#current.key) this.#take(found)
      this.#fault = ''
    } catch (thrown) {
      const { message } = thrown as Error
      if (message !== this.#fault) this.#log.error({ reason: message }, 'The new certificate cannot be used')
      this.#fault = message
    }
  }

  #take(found: ServerTls): void {
    const { subject, validTo } = new X509Certificate(found.certificate)
    if (Date.parse(validTo) <= this.#world.now()) throw new Error(`It expired on ${validTo}`)
    this.#current = found
    for (const listener of this.#listeners) listener.setSecureContext(this.options)
    this.#log.info({ subject, validTo }, 'A new certificate is in use')
  }
}
