/**
 * The text without those of the characters that it ends with. An expression such as `/[/]+$/` tries every place of a run
 * that something follows, which takes time that grows with the square of the run.
 */
export function trimEndOf(text: string, characters: string): string {
  let end = text.length
  while (end > 0 && characters.includes(text[end - 1]!)) end--
  return text.slice(0, end)
}
