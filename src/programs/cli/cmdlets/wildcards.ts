/** What is called so: `*` stands for anything, `?` for one character, in any letter case, as in PowerShell. */
export function shapeOf(form: string): RegExp {
  const parts = form
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${parts}$`, 'i')
}
