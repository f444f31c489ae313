/**
 * The URL of a module that stands beside the asking one: `.ts` among the sources, `.js` in what was built.
 * For worker starts, whose URLs the compiler does not rewrite: `new Worker(sibling('checkpoint-worker', import.meta.url))`.
 */
export const sibling = (name: string, asking: string): URL =>
  new URL(`./${name}${asking.endsWith('.ts') ? '.ts' : '.js'}`, asking)
