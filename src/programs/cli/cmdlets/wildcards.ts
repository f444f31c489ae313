/** A pattern as in PowerShell: `*` matches any text, `?` one character, in any letter case. */
export function shapeOf(form: string): RegExp {
  const parts = form
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${parts}$`, 'i')
}
