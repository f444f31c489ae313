import type { OctetBudget } from '../../../core/octet-budget.ts'
import type { Wire } from '../../../core/wire.ts'

/** Memory that a reply uses until it is sent, from the budget of all connections. */
export class MemoryLease {
  readonly #budget: OctetBudget
  readonly #wire: Wire
  readonly #caller: string
  #octets = 0
  #giveBack: (() => void) | undefined

  constructor(budget: OctetBudget, wire: Wire, caller: string) {
    this.#budget = budget
    this.#wire = wire
    this.#caller = caller
  }

  covers(octets: number): boolean {
    return octets <= this.#octets
  }

  /** Replaces the lease by one of this size, if the budget allows it. */
  tryTake(octets: number): boolean {
    const giveBack = this.#budget.tryTake(octets, this.#caller)
    if (giveBack) this.#hold(octets, giveBack)
    return giveBack !== undefined
  }

  /**
   * Waits in order until the budget allows a lease of this size. The memory of the old lease must not be in use any
   * more.
   */
  async take(octets: number): Promise<void> {
    this.giveBack()
    this.#hold(octets, await this.#budget.take(octets, this.#wire.closed, this.#caller))
  }

  #hold(octets: number, giveBack: () => void): void {
    this.giveBack()
    this.#octets = octets
    this.#giveBack = giveBack
  }

  giveBack(): void {
    this.#giveBack?.()
    this.#giveBack = undefined
    this.#octets = 0
  }
}
