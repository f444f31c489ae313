const FIRST = 256

/** Numbers of 32 bits that are only ever added to, without an object each. */
export class GrowingNumbers {
  #numbers = new Int32Array(FIRST)
  #length = 0

  get length(): number {
    return this.#length
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) {
      const larger = new Int32Array(this.#length * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#numbers[this.#length++] = number
  }

  at(place: number): number {
    return this.#numbers[place]!
  }

  /** Those from one place up to another; not to be kept. */
  between(from: number, to: number): Int32Array {
    return this.#numbers.subarray(from, to)
  }
}
