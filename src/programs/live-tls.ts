import { X509Certificate } from 'node:crypto'
import type { SecureContext, Server } from 'node:tls'
import type { Log } from '../core/log.ts'
import type { World } from '../core/world.ts'
import type { ServerTls } from './certificates.ts'

/** Certificates end, and are replaced while the server runs: what is presented is looked up again, without a restart. */
export class LiveTls {
  readonly #load: () => Promise<ServerTls>
  readonly #world: World
  readonly #log: Log
  readonly #listeners = new Set<Server>()
  #current: ServerTls
  /** What was wrong at the last look, so that it is not said at each. */
  #fault = ''
  #closed = false
  #stop = (): void => {}

  private constructor(load: () => Promise<ServerTls>, first: ServerTls, { world, log }: { world: World; log: Log }) {
    this.#load = load
    this.#current = first
    this.#world = world
    this.#log = log
  }

  static async open(load: () => Promise<ServerTls>, deps: { world: World; log: Log }): Promise<LiveTls> {
    return new LiveTls(load, await load(), deps)
  }

  /** For who turns to TLS now. */
  get context(): SecureContext {
    return this.#current.context
  }

  get caFile(): string {
    return this.#current.caFile
  }

  /** For a listener that is made now; {@link keep} is for the time after. */
  get options() {
    const { key, certificate } = this.#current
    return { key, cert: certificate, minVersion: 'TLSv1.2' as const }
  }

  /** The listener presents what is current. Connections that there are go on with what they began with. */
  keep(listener: Server): void {
    this.#listeners.add(listener)
  }

  /** Looks again and again, after so many milliseconds, until {@link close}. */
  watch(every: number): void {
    if (this.#closed) return
    this.#stop = this.#world.after(every, () => void this.look().finally(() => this.watch(every)))
  }

  close(): void {
    this.#closed = true
    this.#stop()
  }

  /** Takes what is there now, if it is another and any good; what was good stays otherwise. */
  async look(): Promise<void> {
    try {
      const found = await this.#load()
      if (found.certificate !== this.#current.certificate || found.key !== this.#current.key) this.#take(found)
      this.#fault = ''
    } catch (thrown) {
      const { message } = thrown as Error
      if (message !== this.#fault) this.#log.error({ reason: message }, 'the new certificate cannot be used')
      this.#fault = message
    }
  }

  #take(found: ServerTls): void {
    const { subject, validTo } = new X509Certificate(found.certificate)
    if (Date.parse(validTo) <= this.#world.now()) throw new Error(`it has ended, on ${validTo}`)
    this.#current = found
    for (const listener of this.#listeners) listener.setSecureContext(this.options)
    this.#log.info({ subject, validTo }, 'another certificate is presented')
  }
}
