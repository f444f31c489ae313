import { expect } from 'vitest'

const SMALLEST = 4096
const LARGEST = 1024 ** 2
const STEP = 4
/** Milliseconds of processor time: long enough to be compared, and short for the largest size. */
const MEASURABLE = 200
/** Four times the input: a linear growth takes four times as long, a quadratic one sixteen times. */
const MOST_GROWTH = 8

/**
 * Expects the time that some work takes to grow in proportion to its input, apart from a logarithm. Sizes grow up to
 * one that takes a measurable time, which is compared with a quarter of it; work that is done with a million characters
 * before that passes. The time is that of this thread on the processor, the least of three, so that other load does not
 * count.
 */
export function expectLinear<Input>(inputOf: (size: number) => Input, work: (input: Input) => unknown): void {
  for (let size = SMALLEST; size <= LARGEST; size *= STEP) {
    if (timeOf(inputOf(size), work) < MEASURABLE) continue
    const large = leastTimeOf(inputOf(size), work)
    const small = leastTimeOf(inputOf(size / STEP), work)
    const figures = `${small.toFixed()} ms for ${size / STEP}, ${large.toFixed()} ms for ${size}`
    expect(large / Math.max(small, 1), figures).toBeLessThan(MOST_GROWTH)
    return
  }
}

const leastTimeOf = <Input>(input: Input, work: (input: Input) => unknown): number =>
  Math.min(timeOf(input, work), timeOf(input, work), timeOf(input, work))

function timeOf<Input>(input: Input, work: (input: Input) => unknown): number {
  const before = process.threadCpuUsage()
  work(input)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
