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

  /** All of them, as they are now. */
  get all(): Int32Array {
    return this.#numbers.subarray(0, this.#length)
  }
}
