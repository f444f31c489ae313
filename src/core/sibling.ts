/**
 * The URL of a module in the same folder as `asking`: `.ts` in the sources, `.js` in the build. For workers, whose URLs
 * the compiler does not rewrite: `new Worker(sibling('checkpoint-worker', import.meta.url))`.
 */
export const sibling = (name: string, asking: string): URL =>
  new URL(`./${name}${asking.endsWith('.ts') ? '.ts' : '.js'}`, asking)
