const waiting: (() => void)[] = []

/**
 * Where long work pauses so that others are served: it goes on in a later turn of the event loop. Each turn runs one
 * step of one piece of work, in the order in which they came to wait: however many long commands are under way, a short
 * one waits for a single step of them each time it comes back to the loop. Not for short work, which would wait for all
 * of the long.
 */
export function nextTurn(): Promise<void> {
  if (waiting.length === 0) setImmediate(runOne)
  return new Promise((resolve) => void waiting.push(resolve))
}

function runOne(): void {
  const resume = waiting.shift()
  // What comes to wait from now on has its own place behind those who wait already.
  if (waiting.length > 0) setImmediate(runOne)
  resume?.()
}
