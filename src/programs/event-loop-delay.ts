/** Milliseconds between two samples. */
const INTERVAL = 20
/** The weight of a new sample in the average. */
const WEIGHT = 0.2

/** Measures how late the event loop runs what is due: the time that a request waits before Postern looks at it. */
export class EventLoopDelay {
  readonly #timer: NodeJS.Timeout
  #due = performance.now() + INTERVAL
  #delay = 0

  constructor() {
    this.#timer = setInterval(() => {
      const now = performance.now()
      this.#delay += WEIGHT * (Math.max(0, now - this.#due) - this.#delay)
      this.#due = now + INTERVAL
    }, INTERVAL).unref()
  }

  /** Milliseconds, as a moving average over the last 100 ms or so. */
  get milliseconds(): number {
    return this.#delay
  }

  close(): void {
    clearInterval(this.#timer)
  }
}
