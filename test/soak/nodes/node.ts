import { setTimeout as pause } from 'node:timers/promises'
import { Victim } from '../victim.ts'
import type { Backend, Protocol } from './balancer.ts'
import type { FaultLog } from './fault-log.ts'

/** Milliseconds after which a balancer notices that a node does not answer. */
const NOTICED = 3_000

/** A node of the store: a process that is killed, frozen and started again. */
export class SoakNode implements Backend {
  readonly name: string
  readonly victim: Victim
  readonly #log: FaultLog
  #state: 'down' | 'starting' | 'up' | 'stuck' | 'frozen' = 'down'
  /** Milliseconds that the starts took. */
  readonly starts: number[] = []

  constructor(name: string, victim: Victim, log: FaultLog) {
    this.name = name
    this.victim = victim
    this.#log = log
  }

  get isUp(): boolean {
    return this.#state === 'up'
  }

  /** Whether the balancer sends connections to it: it notices only later that a node is frozen. */
  get isTrusted(): boolean {
    return this.isUp || this.#state === 'stuck'
  }

  place(protocol: Protocol) {
    return this.victim.place(protocol)
  }

  /** Starts the process until it is ready. While the database is away a start fails, and is repeated. */
  async start(): Promise<void> {
    for (;;) {
      this.#state = 'starting'
      await this.victim.spawn()
      try {
        this.starts.push(await this.victim.becomeReady())
        this.#state = 'up'
        return
      } catch (thrown) {
        if (this.#state !== 'starting') return
        if (!this.#log.excusesStart()) throw thrown
        await pause(500)
      }
    }
  }

  async kill(): Promise<void> {
    this.#log.began(this.name)
    this.#state = 'down'
    await this.victim.end('SIGKILL')
    this.#log.ended(this.name)
  }

  async freeze(milliseconds: number): Promise<void> {
    this.#log.began(this.name)
    this.victim.freeze()
    this.#state = 'stuck'
    await pause(NOTICED)
    this.#state = 'frozen'
    await pause(milliseconds - NOTICED)
    this.victim.resume()
    this.#state = 'up'
    this.#log.ended(this.name)
  }
}
