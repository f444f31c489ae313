import { expect } from 'vitest'

const SMALLEST = 4096
const LARGEST = 1024 ** 2
const STEP = 4
/** Milliseconds of processor time: long enough to be compared, and short for the largest size. */
const MEASURABLE = 100
/** Four times the input: a linear growth takes four times as long, a quadratic one sixteen times. */
const MOST_GROWTH = 8

/** The number of measurements of which the least counts. */
const TRIES = 3

/**
 * Expects the time that some work takes to grow in proportion to its input, apart from a logarithm. Sizes grow up to
 * one that takes a measurable time, which is compared with a quarter of it; work that is done with a million characters
 * before that passes. The time is that of this thread on the processor, the least of three, so that other load does not
 * count. The larger input is measured again only while its time is too long.
 */
export function expectLinear<Input>(inputOf: (size: number) => Input, work: (input: Input) => unknown): void {
  for (let size = SMALLEST; size <= LARGEST; size *= STEP) {
    const input = inputOf(size)
    let large = timeOf(input, work)
    if (large < MEASURABLE) continue
    const small = leastTimeOf(inputOf(size / STEP), work)
    const most = MOST_GROWTH * Math.max(small, 1)
    for (let tries = 1; tries < TRIES && large >= most; tries++) large = Math.min(large, timeOf(input, work))
    const figures = `${small.toFixed()} ms for ${size / STEP}, ${large.toFixed()} ms for ${size}`
    expect(large, figures).toBeLessThan(most)
    return
  }
}

const leastTimeOf = <Input>(input: Input, work: (input: Input) => unknown): number =>
  Math.min(...Array.from({ length: TRIES }, () => timeOf(input, work)))

function timeOf<Input>(input: Input, work: (input: Input) => unknown): number {
  const before = process.threadCpuUsage()
  work(input)
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / 1000
}
