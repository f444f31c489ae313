const nothing = (): void => {}

/** Octets that messages under way may hold in memory at a time, over all connections. Whoever finds none left waits, in order. */
export class OctetBudget {
  readonly #whole: number
  #free: number
  readonly #waiting: { readonly octets: number; readonly go: () => void }[] = []

  constructor(octets: number) {
    this.#whole = octets
    this.#free = octets
  }

  /** Whether somebody waits for a share. */
  get contended(): boolean {
    return this.#waiting.length > 0
  }

  /** The same as {@link tryTake}, and never a share that is smaller because the whole budget is. */
  tryTakeAll(octets: number): (() => void) | undefined {
    return octets > this.#whole ? undefined : this.tryTake(octets)
  }

  /** "Give back", or undefined when there is no room now. */
  tryTake(octets: number): (() => void) | undefined {
    const share = Math.min(octets, this.#whole)
    if (this.#waiting.length > 0 || share > this.#free) return undefined
    this.#free -= share
    return this.#holding(share)
  }

  /** Resolves with "give back" once there is room, or when `gone` is aborted. Who holds a share must not wait for another. */
  async take(octets: number, gone: AbortSignal): Promise<() => void> {
    return this.tryTake(octets) ?? this.#turn(Math.min(octets, this.#whole), gone)
  }

  #turn(octets: number, gone: AbortSignal): Promise<() => void> {
    if (gone.aborted) return Promise.resolve(nothing)
    return new Promise((resolve) => {
      const go = (): void => {
        gone.removeEventListener('abort', leave)
        resolve(this.#holding(octets))
      }
      const waiting = { octets, go }
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        resolve(nothing)
        this.#next()
      }
      this.#waiting.push(waiting)
      gone.addEventListener('abort', leave, { once: true })
    })
  }

  #holding(octets: number): () => void {
    let held = true
    return () => {
      if (!held) return
      held = false
      this.#free += octets
      this.#next()
    }
  }

  #next(): void {
    while (this.#waiting[0] && this.#waiting[0].octets <= this.#free) {
      const { octets, go } = this.#waiting.shift()!
      this.#free -= octets
      go()
    }
  }
}
