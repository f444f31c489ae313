/**
 * Removes the given characters from the end of a text. A regular expression such as `/[/]+$/` takes quadratic time on a
 * long run of them inside the text.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
