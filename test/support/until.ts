const PATIENCE = 20_000

/** Resolves once something is so that only the other side of a socket brings about. */
export async function until(so: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE
  while (!so()) {
    if (performance.now() > deadline) throw new Error(`It never came: ${so.toString()}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
