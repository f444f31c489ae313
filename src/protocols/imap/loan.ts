import type { OctetBudget } from '../../core/octet-budget.ts'
import type { Wire } from '../../core/wire.ts'

/** Memory that an answer holds until it is sent, out of what there is for all connections. */
export class Loan {
  readonly #budget: OctetBudget
  readonly #wire: Wire
  #octets = 0
  #giveBack: (() => void) | undefined

  constructor(budget: OctetBudget, wire: Wire) {
    this.#budget = budget
    this.#wire = wire
  }

  get taken(): boolean {
    return this.#giveBack !== undefined
  }

  covers(octets: number): boolean {
    return octets <= this.#octets
  }

  /** In the place of what was taken before, which must not be in use any more. Waits until there is so much, in order. */
  async take(octets: number): Promise<void> {
    this.giveBack()
    this.#giveBack = this.#budget.tryTake(octets) ?? (await this.#budget.take(octets, this.#wire.closed))
    this.#octets = octets
  }

  giveBack(): void {
    this.#giveBack?.()
    this.#giveBack = undefined
    this.#octets = 0
  }
}
